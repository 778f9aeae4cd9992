// What the forms, lists and reports of this app share. Loaded with the Desk, before any of them (hooks.py), for every
// user of the site: it defines functions and does nothing else.
import "./constants";
import "./form";
import "./list";
import "./approval";
import "./report";
import "./activities";

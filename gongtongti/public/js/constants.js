// Words of the server that forms, lists and reports compare with or offer. Written by `make declarations`: change nothing here.

frappe.provide("gongtongti.approval");
frappe.provide("gongtongti");
frappe.provide("gongtongti.roles");
frappe.provide("gongtongti.exchange");
frappe.provide("gongtongti.aid");
frappe.provide("gongtongti.meetings");
frappe.provide("gongtongti.decisions");
frappe.provide("gongtongti.activities");

gongtongti.approval.SEND = "Send for Approval";
gongtongti.approval.DISAGREE = "Disagree";
gongtongti.approval.WITHDRAW = "Withdraw from Approval";
gongtongti.approval.ENDORSE = "Endorse";
gongtongti.approval.NEGATIVE = ["Send Back", "Disagree", "Withdraw from Approval"];
gongtongti.approval.DRAFTS = [
	"Placement Draft",
	"Change Draft",
	"Aid Draft",
	"Activity Draft",
	"Pairing Draft",
];
gongtongti.approval.STEPS = [
	"Awaiting Home Principal",
	"Awaiting Host Principal",
	"Awaiting Personnel Section",
	"Awaiting Leading Group",
	"Change Awaiting Personnel Section",
	"Change Awaiting Leading Group",
	"Awaiting School Principal",
	"Awaiting Basic Education Section",
	"Awaiting Finance Section",
	"Activity Awaiting Lead Principal",
	"Activity Awaiting Teaching Research",
	"Activity Awaiting Basic Education",
	"Pairing Awaiting Basic Education",
	"Pairing Awaiting Teaching Research",
];
gongtongti.approval.RECORDED = {
	"Community Activity": [
		"materials",
		"participants",
		"pupil_count",
		"wrap_up",
		"discussion",
		"pictures",
		"coverage",
		"visitors",
	],
	"School Pairing": ["notes"],
};
gongtongti.approval.ENDORSED_AS = {
	"Exchange Placement": "Subdistrict Education Office",
	"Placement Change": "Subdistrict Education Office",
};

gongtongti.TERMS = ["First Term", "Second Term"];

gongtongti.roles.ADMINISTRATOR = "Community Administrator";
gongtongti.roles.PERSONNEL = "Personnel Section";
gongtongti.roles.BASIC_EDUCATION = "Basic Education Section";
gongtongti.roles.FINANCE = "Finance Section";
gongtongti.roles.SCHOOL_LEADERS = [
	"First Responsible Principal",
	"Second Responsible Principal",
	"School Leader in Charge",
];

gongtongti.exchange.OPEN = ["Finally Approved", "Serving"];
gongtongti.exchange.NO_LONGER = ["Cancelled", "Not Approved", "Placement Withdrawn"];
gongtongti.exchange.WEEKDAYS = [
	"monday",
	"tuesday",
	"wednesday",
	"thursday",
	"friday",
	"saturday",
	"sunday",
];
gongtongti.exchange.KINDS = {
	"Cadre Appointment": {
		modes: ["Long-Term Fixed"],
		home: "Urban",
		host: "Rural",
		cadre_status: "Cadre",
	},
	"Cadre Attachment": {
		modes: ["Long-Term Fixed"],
		home: "Urban",
		host: "Rural",
		cadre_status: "Reserve Cadre",
	},
	"Acting Post": {
		modes: ["Long-Term Fixed"],
		home: "Rural",
		host: "Urban",
		cadre_status: "Reserve Cadre",
	},
	"Teacher Exchange": { modes: ["Long-Term Fixed", "Rotation", "Fixed Weekdays", "Short Swap"] },
};

gongtongti.aid.APPROVED = "Finally Approved";
gongtongti.aid.PAID = "Paid Out";
gongtongti.aid.STOPPED = "Stopped";
gongtongti.aid.ITEM_PAID = "Paid Out";
gongtongti.aid.SOURCES = ["Appropriation", "School", "Social Donation"];
gongtongti.aid.WATCHED = ["Still Open", "Family Visited"];

gongtongti.meetings.OPEN = ["Meeting Scheduled", "Meeting Missed"];
gongtongti.meetings.STATUS = {
	SCHEDULED: "Meeting Scheduled",
	HELD: "Meeting Held",
	MISSED: "Meeting Missed",
	CALLED_OFF: "Meeting Called Off",
};

gongtongti.decisions.STATUS = {
	OPEN: "To Be Carried Out",
	DONE: "Carried Out",
	GIVEN_UP: "Given Up",
};

gongtongti.activities.DUTY = {
	KEPT: "Kept",
	DUE: "Still Due",
	MISSED: "Not Kept",
	NOT_DUE: "Not Due",
};
gongtongti.activities.TERMS = ["First Term", "Second Term"];
gongtongti.activities.WITH_KINDS = ["Community Activity"];
gongtongti.activities.OPEN = ["Planned for a Day", "Not Held"];
gongtongti.activities.RUBRICS_CHOSEN = { status: "In Force", out_of_use: 0 };
gongtongti.activities.SHOWN = ["Open Lessons Given", "Days of Guidance"];
gongtongti.activities.LESSON = {
	PLANNED: "Lesson Planned",
	GIVEN: "Given",
	DISCUSSED: "Discussed",
};
gongtongti.activities.EVERY = ["Each Week", "Every Two Weeks", "Each Month"];
gongtongti.activities.COMPLETION_BY = ["Community", "Kind of Activity", "Calendar Month"];
gongtongti.activities.RESOURCE_IN_USE = "Resource in Use";
gongtongti.activities.PAIRING_RUNNING = "Pairing Running";
gongtongti.activities.HELP = { RUNNING: "Help Running", CONCLUDED: "Help Concluded" };

// What lists share.

frappe.provide("gongtongti");

/**
 * For `get_indicator`, of a status that has no colour in its DocType (`states`): the status in its colour; what is under
 * approval says the step at which it lies.
 */
gongtongti.indicator = function (doc, doctype, colours = {}) {
	if (doc.status === "In Approval")
		return [__(doc.workflow_state), "orange", `workflow_state,=,${doc.workflow_state}`];
	return [
		__(doc.status, null, doctype),
		colours[doc.status] || "gray",
		`status,=,${doc.status}`,
	];
};

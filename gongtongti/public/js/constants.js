// Words of the server that forms, lists and reports compare with or offer; a test compares them with the server's.

frappe.provide("gongtongti.approval");
frappe.provide("gongtongti.exchange");
frappe.provide("gongtongti.aid");

gongtongti.SCHOOL_LEADERS = [
	"First Responsible Principal",
	"Second Responsible Principal",
	"School Leader in Charge",
];

gongtongti.approval.SEND = "Send for Approval";
gongtongti.approval.DISAGREE = "Disagree";
gongtongti.approval.WITHDRAW = "Withdraw from Approval";
gongtongti.approval.NEGATIVE = ["Send Back", "Disagree", "Withdraw from Approval"];
gongtongti.approval.DRAFTS = ["Placement Draft", "Change Draft", "Aid Draft"];
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
// which kind allows which modes, which way it goes and whom it takes
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

gongtongti.aid.SOURCES = ["Appropriation", "School", "Social Donation"];
gongtongti.aid.WATCHED = ["Still Open", "Family Visited"];

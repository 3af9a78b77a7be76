//! Kinds of what somebody holds for a while, and what a review of rights decides on it.

use crate::code::codes;

codes! {
    /// What is held for a while and can be ended.
    Holding, "holding" {
        /// A post.
        Appointment = "appointment",
        /// A role in a post.
        Role = "role",
        /// A function of an assignment.
        Allocation = "allocation",
        /// Acting for another's post.
        Deputyship = "deputyship",
        /// Membership of a group.
        Member = "group",
        /// A function that a group has.
        GroupRight = "group_right",
    }
}

codes! {
    /// What is decided on a line of a review of rights.
    Decision, "decision" {
        /// It goes on.
        Keep = "keep",
        /// It ends.
        Revoke = "revoke",
    }
}

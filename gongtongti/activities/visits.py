"""Days on which leaders guide at a partner school, checked in on the day (ACT7, document 4 §1.2)."""

VISIT = "Guidance Visit"
# who guides
POSITIONS = ("School Principal", "Vice Principal", "Other School Leader")
# a day at a school is one visit, however often it is entered
ONCE = ("staff", "visited_on", "visited_school")

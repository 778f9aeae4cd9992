from gongtongti.core.policy import hooks_of
from recipe_app.policy import POLICY

app_name = "recipe_app"
app_title = "Recipe App"
app_publisher = "gongtongti contributors"
app_description = "An app beside gongtongti that adds a document under approval"
app_email = "gongtongti@example.com"
app_license = "mit"
required_apps = ["gongtongti"]

gongtongti_policy = ["recipe_app.policy.POLICY"]
_hooks = hooks_of(POLICY)
permission_query_conditions = _hooks["permission_query_conditions"]
has_permission = _hooks["has_permission"]
doc_events = _hooks["doc_events"]

/* See test-store.h. */
#include "test-store.h"

#include "base/error.h"
#include <glib/gstdio.h>
#include <string.h>

void
place_set_up(Place *place, gconstpointer data)
{
  place->dir = g_dir_make_tmp("usher-store-XXXXXX", NULL);
  place->path = g_build_filename(place->dir, "state", "usher.db", NULL);
  place->url = g_strconcat("sqlite:", place->path, NULL);
  g_autoptr(GError) error = NULL;
  place->store = store_open(place->url, &error);
  g_assert_no_error(error);
}

void
place_reopen(Place *place)
{
  g_autoptr(GError) error = NULL;
  g_clear_pointer(&place->store, store_close);
  place->store = store_open(place->url, &error);
  g_assert_no_error(error);
}

static void
remove_tree(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_tree(child);
  }
  g_remove(path);
}

void
place_tear_down(Place *place, gconstpointer data)
{
  g_clear_pointer(&place->store, store_close);
  remove_tree(place->dir);
  g_free(place->dir);
  g_free(place->path);
  g_free(place->url);
}

Plan *
sample_plan(const char *title)
{
  Plan *plan = plan_new(title);
  plan->reason = g_strdup("ticket 4711");
  plan->profile = g_strdup("contoso");
  plan->tenant = g_strdup("contoso.com");
  plan->roster = g_strdup("specialists");
  plan->who = g_strdup("m.chen@desk");
  plan->made_at = 1795000000;
  plan_add_note(plan, "skipped: grace.hopper already disabled");
  Operation *create = plan_add(plan, "user.create", NULL, "zoë.ext@contoso.com");
  operation_add_value(create, "givenName", NULL, "Zoë");
  operation_add_value(create, "surname", "", "Müller \"the\" \xe6\xbc\xa2");
  Operation *group = plan_add(plan, "group.add", NULL, "zoë.ext@contoso.com");
  operation_add_value(group, "group", NULL, "Specialists");
  group->depends_on = create->sequence;
  Operation *mail = plan_add(plan, "mail.send", NULL, "zoë.ext@contoso.com");
  mail->depends_on = group->sequence;
  return plan;
}

void
sample_intend(Operation *operation)
{
  g_free(operation->client_request_id);
  operation->client_request_id = g_uuid_string_random();
  operation->intended_at = 1795000001;
  operation->state = OPERATION_INTENDED;
}

void
sample_done(Operation *operation)
{
  g_free(operation->request_id);
  operation->request_id = g_strdup("service-4711");
  operation->http_status = 201;
  operation->finished_at = 1795000002;
  operation->state = OPERATION_DONE;
}

gint64
sample_journalled(Store *store, const char *title)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan(title);
  const guint all[] = {1, 2, 3};
  g_assert_true(journal_begin(store, plan, &error));
  for (guint i = 1; i <= 3; i++)
    sample_intend(plan_operation(plan, i));
  g_assert_true(journal_intend(store, plan, all, 3, &error));
  for (guint i = 1; i <= 3; i++)
    sample_done(plan_operation(plan, i));
  g_assert_true(journal_result(store, plan, all, 3, &error));
  plan->state = PLAN_DONE;
  g_assert_true(journal_set_state(store, plan, &error));
  g_assert_no_error(error);
  return plan->id;
}

void
assert_store_error(GError *error, const char *part)
{
  g_assert_error(error, USHER_ERROR, USHER_ERROR_STORE);
  if (strstr(error->message, part) == NULL)
    g_error("no \"%s\" in: %s", part, error->message);
}

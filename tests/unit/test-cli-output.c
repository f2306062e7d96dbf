/* Results in the five formats: quoting, hostile text, widths, nesting, and how
 * fast a hundred thousand accounts are written. */
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/table.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define NOW G_GINT64_CONSTANT(1800000000) /* 2027-01-15T08:00:00Z */

static Output *
new_output(OutputFormat format, gboolean visible)
{
  OutputStyle style = {.format = format, .visible = visible, .now = NOW};
  return output_new(&style, open("/dev/null", O_WRONLY | O_CLOEXEC));
}

/* --- accounts --- */

static void
add(SnapshotBuilder *builder, guint n, const char *name)
{
  g_autoptr(Account) account = account_new();
  g_autofree char *id = g_strdup_printf("00000000-0000-0000-0000-%012u", n);
  g_autofree char *user = g_strdup_printf("user%u@contoso.com", n);
  account_clear(account);
  account_put_text(account, FIELD_ID, id);
  account_put_text(account, FIELD_NAME, name);
  account_put_text(account, FIELD_USER, user);
  account_put_item(account, FIELD_EXTERNAL, "a@partner.example");
  account_put_item(account, FIELD_EXTERNAL, "b@partner.example");
  account_put_number(account, FIELD_STATE, STATE_DISABLED);
  account_put_number(account, FIELD_KIND, KIND_MEMBER);
  account_put_number(account, FIELD_LICENCE, LICENCE_PENDING);
  account_put_number(account, FIELD_CREATED, 951782400); /* 2000-02-29 */
  account_put_number(account, FIELD_EXPIRES, MOMENT_NONE);
  snapshot_builder_add(builder, account);
}

static Snapshot *
one_account(const char *name)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  add(builder, 1, name);
  return snapshot_builder_snapshot(builder, NOW);
}

static GArray *
fields_named(const char *names)
{
  GArray *fields = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_assert_true(field_parse_list(names, fields, NULL, NULL));
  return fields;
}

static char *
write_accounts(OutputFormat format, gboolean visible, Snapshot *snapshot, const char *columns,
               gboolean single)
{
  g_autoptr(Output) output = new_output(format, visible);
  g_autoptr(GArray) fields = fields_named(columns ? columns : "name,user,state,expires");
  output_accounts(output, snapshot, NULL, fields, columns != NULL, single);
  return g_strdup(output_buffer(output)->str);
}

static void
test_account_json(void)
{
  g_autoptr(Snapshot) snapshot = one_account("Lovelace \"Ada\" \\ \n\033[31m");
  g_autofree char *text = write_accounts(FORMAT_JSON, FALSE, snapshot, NULL, TRUE);
  g_autoptr(cJSON) json = json_parse(text, strlen(text), "account", NULL);
  g_assert_nonnull(json);
  g_assert_cmpstr(json_string(json, "displayName"), ==, "Lovelace \"Ada\" \\ \n\033[31m");
  g_assert_cmpstr(json_string(json, "userPrincipalName"), ==, "user1@contoso.com");
  g_assert_cmpstr(json_string(json, "createdDateTime"), ==, "2000-02-29T00:00:00Z");
  g_assert_cmpstr(json_string(json, "userType"), ==, "Member");
  g_assert_true(cJSON_IsFalse(json_member(json, "accountEnabled")));
  g_assert_nonnull(strstr(text, "\"companyName\":null,"));
  g_assert_cmpint(cJSON_GetArraySize(json_array(json, "otherMails")), ==, 2);
  g_assert_cmpint(cJSON_GetArraySize(json_array(json, "proxyAddresses")), ==, 0);
  const cJSON *usher = json_object(json, "usher");
  g_assert_cmpstr(json_string(usher, "licence"), ==, "pending");
  g_assert_nonnull(strstr(text, "\"expires\":null"));
  g_assert_null(json_member(usher, "sponsor")); /* not asked for */
}

static void
test_account_json_columns(void)
{
  g_autoptr(Snapshot) snapshot = one_account("Ada");
  g_autofree char *lines =
      write_accounts(FORMAT_JSONL, FALSE, snapshot, "licence,user,expires,name", FALSE);
  g_assert_cmpstr(lines, ==,
                  "{\"userPrincipalName\":\"user1@contoso.com\",\"displayName\":\"Ada\","
                  "\"usher\":{\"licence\":\"pending\",\"expires\":null}}\n");
  g_autofree char *own = write_accounts(FORMAT_JSON, FALSE, snapshot, "licence", FALSE);
  g_assert_cmpstr(own, ==, "[\n{\"usher\":{\"licence\":\"pending\"}}\n]\n");
}

static void
test_none(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, NOW);
  static const char *const expected[] = {[FORMAT_TABLE] = "NAME\n",
                                         [FORMAT_JSON] = "[]\n",
                                         [FORMAT_JSONL] = "",
                                         [FORMAT_CSV] = "name\r\n",
                                         [FORMAT_TSV] = "name\n"};
  for (OutputFormat format = FORMAT_TABLE; format <= FORMAT_TSV; format++) {
    g_autofree char *text = write_accounts(format, FALSE, snapshot, "name", FALSE);
    g_assert_cmpstr(text, ==, expected[format]);
  }
}

static void
test_account_separated(void)
{
  g_autoptr(Snapshot) snapshot = one_account("=cmd|'/c calc'!A1, \"x\"");
  g_autofree char *csv = write_accounts(FORMAT_CSV, FALSE, snapshot, "name,created,state", FALSE);
  g_assert_cmpstr(csv, ==,
                  "name,created,state\r\n"
                  "\"'=cmd|'/c calc'!A1, \"\"x\"\"\",2000-02-29T00:00:00Z,disabled\r\n");
  g_autoptr(Snapshot) tabbed = one_account("a\tb\nc\\d");
  g_autofree char *tsv = write_accounts(FORMAT_TSV, FALSE, tabbed, "name,external", FALSE);
  g_assert_cmpstr(tsv, ==,
                  "name\texternal\na\\tb\\nc\\\\d\ta@partner.example, b@partner.example\n");
}

/* Whatever the format, nothing raw reaches a terminal. */
static void
test_hostile(void)
{
  g_autoptr(Snapshot) snapshot = one_account("\033]0;owned\a x \xe2\x80\xaetxt.exe \xc2\x9b"
                                             "31m \r\n\xe2\x81\xa6");
  for (OutputFormat format = FORMAT_TABLE; format <= FORMAT_TSV; format++)
    for (guint single = 0; single < 2; single++) {
      g_autofree char *text = write_accounts(format, TRUE, snapshot, "name,user", single);
      g_assert_null(strchr(text, '\033'));
      g_assert_null(strchr(text, '\a'));
      g_assert_null(strstr(text, "\xe2\x80\xae"));
      g_assert_null(strstr(text, "\xe2\x81\xa6"));
      g_assert_null(strstr(text, "\xc2\x9b"));
      g_assert_nonnull(strstr(text, "txt.exe"));
    }
}

static void
test_ascii_terminal(void)
{
  int ends[2];
  char text[256] = "";
  g_assert_cmpint(pipe(ends), ==, 0);
  OutputStyle style = {.format = FORMAT_TABLE, .visible = TRUE, .ascii = TRUE, .now = NOW};
  g_autoptr(Output) output = output_new(&style, ends[1]);
  g_autoptr(Snapshot) snapshot = one_account("Müller 山 \u202e");
  g_autoptr(GArray) fields = fields_named("name");
  output_accounts(output, snapshot, NULL, fields, TRUE, FALSE);
  g_assert_true(output_finish(output, NULL));
  g_assert_cmpint(read(ends[0], text, sizeof text - 1), >, 0);
  g_assert_true(g_str_is_ascii(text));
  g_assert_nonnull(strstr(text, "ller"));
  close(ends[0]);
  close(ends[1]);
}

static void
test_fast(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  guint n = g_test_perf() || g_test_slow() ? 100000 : 10000;
  for (guint i = 0; i < n; i++)
    add(builder, i, i % 3 ? "Lovelace, Ada (External)" : "Müller-Lüdenscheidt, Zoë");
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, NOW);
  g_autoptr(Output) output = new_output(FORMAT_JSONL, FALSE);
  g_autoptr(GArray) fields = fields_named("name");
  gint64 start = g_get_monotonic_time();
  output_accounts(output, snapshot, NULL, fields, FALSE, FALSE);
  g_assert_true(output_finish(output, NULL));
  double seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
  g_test_minimized_result(seconds, "%u accounts as jsonl: %.3f s", n, seconds);
}

/* Two threads write them, and yet each is there once and in its place. */
static void
test_order(void)
{
  enum { MANY = 20001 };
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *name = g_strdup_printf("%06u", i);
    add(builder, i, name);
  }
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, NOW);
  OutputStyle style = {.format = FORMAT_JSON, .path = "kept back"};
  g_autoptr(Output) output = output_new(&style, STDOUT_FILENO);
  g_autoptr(GArray) fields = fields_named("name");
  output_accounts(output, snapshot, NULL, fields, TRUE, FALSE);
  g_autoptr(GString) expected = g_string_new("[");
  for (guint i = 0; i < MANY; i++)
    g_string_append_printf(expected, "%s{\"displayName\":\"%06u\"}", i > 0 ? ",\n" : "\n", i);
  g_string_append(expected, "\n]\n");
  g_assert_true(g_str_equal(output_buffer(output)->str, expected->str));

  /* A reader that has seen enough ends it. */
  int ends[2];
  g_assert_cmpint(pipe(ends), ==, 0);
  close(ends[0]);
  style = (OutputStyle){.format = FORMAT_JSONL};
  g_autoptr(Output) unread = output_new(&style, ends[1]);
  output_accounts(unread, snapshot, NULL, fields, FALSE, FALSE);
  g_assert_true(output_finish(unread, NULL));
  close(ends[1]);
}

/* --- records --- */

static const RecordColumn columns[] = {
    {"name", "NAME", RECORD_TEXT, FALSE},
    {"count", "COUNT", RECORD_NUMBER, FALSE},
    {"isOpen", "OPEN", RECORD_BOOL, FALSE},
    {"madeDateTime", "MADE", RECORD_MOMENT, FALSE},
    {"groups", "GROUPS", RECORD_LIST, TRUE},
    {"usher.step", "STEP", RECORD_TEXT, TRUE},
    {NULL},
};

static Records *
some_records(gboolean single)
{
  Records *records = records_new("test", columns, single);
  records_add_row(records);
  records_put(records, 0, "beta");
  records_put_number(records, 1, 10);
  records_put_number(records, 2, TRUE);
  records_put_number(records, 3, 951782400);
  records_put(records, 4, "one\ntwo");
  records_put(records, 5, "mail");
  if (single)
    return records;
  records_add_row(records);
  records_put(records, 0, "alpha");
  records_put_number(records, 1, 9);
  records_put_number(records, 2, FALSE);
  return records;
}

static char *
write_records(OutputFormat format, gboolean single, const char *chosen, const char *sorted)
{
  OutputStyle style = {.format = format, .columns = chosen, .sort = sorted, .now = NOW};
  g_autoptr(Output) output = output_new(&style, 1);
  g_autoptr(Records) records = some_records(single);
  g_autoptr(GError) error = NULL;
  g_assert_true(output_records(output, records, &error));
  g_assert_no_error(error);
  return g_strdup(output_buffer(output)->str);
}

static void
test_records(void)
{
  static const struct {
    OutputFormat format;
    gboolean single;
    const char *columns, *sort, *expected;
  } cases[] = {
      {FORMAT_JSONL, FALSE, NULL, NULL,
       "{\"name\":\"beta\",\"count\":10,\"isOpen\":true,\"madeDateTime\":\"2000-02-29T00:00:00Z\","
       "\"groups\":[\"one\",\"two\"],\"usher\":{\"step\":\"mail\"}}\n"
       "{\"name\":\"alpha\",\"count\":9,\"isOpen\":false,\"madeDateTime\":null,\"groups\":[],"
       "\"usher\":{\"step\":null}}\n"},
      {FORMAT_JSON, TRUE, "count", NULL, "{\"count\":10}\n"},
      {FORMAT_JSON, FALSE, "step,name", "name",
       "[\n{\"name\":\"alpha\",\"usher\":{\"step\":null}},\n"
       "{\"name\":\"beta\",\"usher\":{\"step\":\"mail\"}}\n]\n"},
      {FORMAT_TSV, FALSE, "name,groups", "-count", "name\tgroups\nbeta\tone, two\nalpha\t\n"},
      {FORMAT_TABLE, FALSE, "name,count", "count", "NAME   COUNT\nalpha  9\nbeta   10\n"},
      {FORMAT_TABLE, TRUE, "name,isOpen", NULL, "NAME  beta\nOPEN  yes\n"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text =
        write_records(cases[i].format, cases[i].single, cases[i].columns, cases[i].sort);
    g_assert_cmpstr(text, ==, cases[i].expected);
  }
}

static void
test_wrong_column(void)
{
  OutputStyle style = {.format = FORMAT_TABLE, .columns = "name,cuont"};
  g_autoptr(Output) output = output_new(&style, 1);
  g_autoptr(Records) records = some_records(FALSE);
  g_autoptr(GError) error = NULL;
  g_assert_false(output_records(output, records, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_nonnull(strstr(error->message, "did you mean “count”"));
}

/* --- plans --- */

static Plan *
some_plan(void)
{
  Plan *plan = plan_new("Create ada@contoso.com");
  plan->tenant = g_strdup("contoso.com");
  plan->who = g_strdup("me@here");
  plan->made_at = 951782400;
  Operation *user = plan_add(plan, "user.create", NULL, "ada@contoso.com");
  operation_add_value(user, "displayName", NULL, "Lovelace, Ada");
  Operation *group = plan_add(plan, "group.add", "id-1", "ada@contoso.com");
  operation_add_value(group, "state", "enabled", "disabled");
  group->depends_on = 1;
  g_ptr_array_add(plan->notes, g_strdup("skipped: \033[31m"));
  return plan;
}

static void
test_plan_lines(void)
{
  g_autoptr(Plan) plan = some_plan();
  g_autoptr(Output) output = new_output(FORMAT_TABLE, TRUE);
  g_assert_true(output_plan(output, plan, FALSE, NULL));
  const char *text = output_buffer(output)->str;
  g_assert_true(g_str_has_prefix(text,
                                 "# usher plan 1 · contoso.com · Create ada@contoso.com · made "
                                 "2000-02-29T00:00:00Z by me@here\n"));
  g_assert_nonnull(strstr(text, "user.create  ada@contoso.com  displayName -> Lovelace, Ada\n"));
  g_assert_nonnull(strstr(text, "group.add    ada@contoso.com  state enabled -> disabled"));
  g_assert_nonnull(strstr(text, "id=id-1\n"));
  g_assert_null(strchr(text, '\033'));
}

static void
test_plan_on_terminal(void)
{
  g_autoptr(Plan) plan = some_plan();
  OutputStyle style = {.format = FORMAT_TABLE, .visible = TRUE, .width = 40};
  g_autoptr(Output) output = output_new(&style, 1);
  Operation *user = plan_operation(plan, 1);
  operation_add_value(user, "mobilePhone", NULL, "+44 20 7946 0018");
  operation_add_value(user, "company", "\033[31m", "x");
  g_assert_true(output_plan(output, plan, FALSE, NULL));
  const char *text = output_buffer(output)->str;
  g_assert_nonnull(strstr(text, "user.create ada@contoso.com\n"
                                "    displayName -> Lovelace, Ada,\n"
                                "    mobilePhone -> +44 20 7946 0018,\n"
                                "    company "));
  g_assert_null(strchr(text, '\033'));
}

static void
test_plan_result(void)
{
  g_autoptr(Plan) plan = some_plan();
  plan_operation(plan, 1)->state = OPERATION_DONE;
  plan_operation(plan, 1)->request_id = g_strdup("d4e25054-f6b5-457b-8a56-7558f162e16f");
  OutputStyle style = {.format = FORMAT_TABLE, .visible = TRUE, .width = 60};
  g_autoptr(Output) output = output_new(&style, 1);
  g_assert_true(output_plan(output, plan, TRUE, NULL));
  const char *text = output_buffer(output)->str;
  g_assert_nonnull(strstr(text, "d4e25054-f6b5-457b-8a56-7558f162e16f")); /* never cut */
  g_assert_null(strstr(text, "ada@contoso.com"));                         /* there is but one */
}

static void
test_plan_json(void)
{
  g_autoptr(Plan) plan = some_plan();
  g_autoptr(Output) output = new_output(FORMAT_JSON, FALSE);
  g_assert_true(output_plan(output, plan, TRUE, NULL));
  const GString *text = output_buffer(output);
  g_autoptr(cJSON) json = json_parse(text->str, text->len, "plan", NULL);
  g_assert_nonnull(json);
  g_assert_cmpint(json_int(json, "version", 0), ==, OUTPUT_JSON_VERSION);
  g_assert_nonnull(strstr(text->str, "\"id\":null,"));
  const cJSON *second = cJSON_GetArrayItem(json_array(json, "operations"), 1);
  g_assert_cmpstr(json_string(second, "kind"), ==, "group.add");
  g_assert_cmpint(json_int(second, "dependsOn", 0), ==, 1);
  g_assert_cmpstr(json_string(second, "state"), ==, "planned");
  g_assert_cmpstr(json_string(cJSON_GetArrayItem(json_array(second, "values"), 0), "to"), ==,
                  "disabled");
}

/* --- tables, files, readers that leave --- */

static void
test_table_width(void)
{
  g_autoptr(Table) table = table_new(24, FALSE);
  g_autoptr(GString) out = g_string_new(NULL);
  table_column(table, "NAME", 6);
  table_column(table, "USER NAME", 6);
  table_column(table, "STATE", 7);
  table_cell(table, "山田太郎さん");
  table_cell(table, "a.very.long.user.name@contoso.com");
  table_cell(table, "enabled");
  table_print(table, out, TRUE, FALSE);
  g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    g_assert_cmpint(text_width(lines[i]), <=, 24);
  g_assert_nonnull(strstr(out->str, "…"));
  g_assert_nonnull(strstr(out->str, "enabled"));
}

static void
test_file(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-output-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "list.csv", NULL);
  OutputStyle style = {.format = FORMAT_CSV, .path = path};
  g_autoptr(Output) output = output_new(&style, -1);
  g_string_append(output_buffer(output), "text\r\n");
  g_assert_true(output_spill(output));
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS)); /* not before it is whole */
  g_assert_true(output_finish(output, NULL));
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_assert_cmpstr(text, ==, "text\r\n");
  GStatBuf info;
  g_assert_cmpint(g_stat(path, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0600);
  g_unlink(path);
  g_rmdir(folder);
  g_autoptr(GError) error = NULL;
  g_assert_false(output_finish(output, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
}

static void
test_reader_gone(void)
{
  int ends[2];
  g_assert_cmpint(pipe(ends), ==, 0);
  close(ends[0]);
  OutputStyle style = {.format = FORMAT_TSV};
  g_autoptr(Output) output = output_new(&style, ends[1]);
  GString *buffer = output_buffer(output);
  while (buffer->len < 1024 * 1024)
    g_string_append(buffer, "line\n");
  g_assert_false(output_spill(output));
  g_autoptr(GError) error = NULL;
  g_assert_true(output_finish(output, &error));
  g_assert_no_error(error);
  close(ends[1]);
}

static void
test_disk_full(void)
{
  int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0) {
    g_test_skip("no /dev/full");
    return;
  }
  OutputStyle style = {.format = FORMAT_TSV};
  g_autoptr(Output) output = output_new(&style, full);
  g_autoptr(GError) error = NULL;
  g_string_append(output_buffer(output), "x");
  g_assert_false(output_finish(output, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
  close(full);
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  signal(SIGPIPE, SIG_IGN);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cli/output/account-json", test_account_json);
  g_test_add_func("/cli/output/account-json-columns", test_account_json_columns);
  g_test_add_func("/cli/output/none", test_none);
  g_test_add_func("/cli/output/account-separated", test_account_separated);
  g_test_add_func("/cli/output/hostile", test_hostile);
  g_test_add_func("/cli/output/ascii-terminal", test_ascii_terminal);
  g_test_add_func("/cli/output/fast", test_fast);
  g_test_add_func("/cli/output/order", test_order);
  g_test_add_func("/cli/output/records", test_records);
  g_test_add_func("/cli/output/wrong-column", test_wrong_column);
  g_test_add_func("/cli/output/plan-lines", test_plan_lines);
  g_test_add_func("/cli/output/plan-on-terminal", test_plan_on_terminal);
  g_test_add_func("/cli/output/plan-result", test_plan_result);
  g_test_add_func("/cli/output/plan-json", test_plan_json);
  g_test_add_func("/cli/output/table-width", test_table_width);
  g_test_add_func("/cli/output/file", test_file);
  g_test_add_func("/cli/output/reader-gone", test_reader_gone);
  g_test_add_func("/cli/output/disk-full", test_disk_full);
  return g_test_run();
}

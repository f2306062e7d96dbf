/* Errors, moments and spans, secrets, files. */
#include "base/clock.h"
#include "base/draft.h"
#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_error_details(void)
{
  g_autoptr(GError) error =
      g_error_new(USHER_ERROR, USHER_ERROR_REFUSED, "disable %s", "ada@contoso.com");
  g_assert_cmpint(error_retry_after(error), ==, -1);
  error_set_service(error, 403, "Authorization_RequestDenied", "9f-1", 7);
  g_autoptr(GError) copy = g_error_copy(error);
  g_assert_cmpint(error_http_status(copy), ==, 403);
  g_assert_cmpstr(error_service_code(copy), ==, "Authorization_RequestDenied");
  g_assert_cmpstr(error_request_id(copy), ==, "9f-1");
  g_assert_cmpint(error_retry_after(copy), ==, 7);
  g_autofree char *line = error_describe(copy);
  g_assert_cmpstr(line, ==,
                  "disable ada@contoso.com (403 Authorization_RequestDenied, request id 9f-1)");
  g_assert_cmpint(error_exit_status(copy), ==, 5);
  g_autoptr(GError) foreign = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "x");
  g_assert_cmpint(error_http_status(foreign), ==, 0);
  g_assert_cmpint(error_exit_status(foreign), ==, 1);
  g_assert_cmpint(error_exit_status(NULL), ==, 0);
}

static void
test_error_table(void)
{
  for (int code = 0; code < USHER_ERROR_N; code++) {
    g_assert_cmpint(error_info(code)->code, ==, code);
    g_assert_cmpint(error_info(code)->exit_status, >=, 1);
    g_assert_cmpint(error_info(code)->exit_status, <=, 6);
  }
}

static void
test_moments(void)
{
  static const struct {
    const char *text;
    gint64 moment;
  } good[] = {
      {"1970-01-01", 0},
      {"2027-01-31", 1801353600},
      {"2024-02-29", 1709164800},
      {"2026-11-20T14:02Z", 1795183320},
      {"2026-11-20T14:02:11Z", 1795183331},
      {"2026-11-20T14:02:11.1234567Z", 1795183331},
      {"2026-11-20T15:02:11+01:00", 1795183331},
      {"2026-11-20 14:02:11", 1795183331},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    gint64 moment = -7;
    g_autoptr(GError) error = NULL;
    g_assert_true(clock_parse_moment(good[i].text, &moment, &error));
    g_assert_cmpint(moment, ==, good[i].moment);
  }
  static const char *const bad[] = {
      "",           "2027",        "2027-13-01",           "2023-02-29",
      "2027-1-1",   "0000-01-01",  "2027-01-31T",          "2027-01-31T25:00Z",
      "31.01.2027", "2027-01-31x", "2027-01-31T10:00:00.Z"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    gint64 moment = -7;
    g_autoptr(GError) error = NULL;
    g_assert_false(clock_parse_moment(bad[i], &moment, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    g_assert_cmpint(moment, ==, -7);
  }
  g_autofree char *iso = clock_format_iso(1795183331);
  g_assert_cmpstr(iso, ==, "2026-11-20T14:02:11Z");
  g_autofree char *date = clock_format_date(1801353600);
  g_assert_cmpstr(date, ==, "2027-01-31");
}

static void
test_spans(void)
{
  static const struct {
    const char *text;
    gint64 span;
  } good[] = {{"90d", 90 * CLOCK_DAY},
              {"12h", 43200},
              {"2w", 14 * CLOCK_DAY},
              {"6mo", 180 * CLOCK_DAY},
              {"1y", 365 * CLOCK_DAY},
              {"45m", 2700},
              {"3000y", (gint64)3000 * 365 * CLOCK_DAY},
              {"0s", 0}};
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    gint64 span = -7;
    g_assert_true(clock_parse_span(good[i].text, &span, NULL));
    g_assert_cmpint(span, ==, good[i].span);
  }
  static const char *const bad[] = {"",      "d",           "90",  "-90d",
                                    "90x",   "9999999999d", "1 d", "99999999999999999999d",
                                    "3001y", "1000000w"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    gint64 span = -7;
    g_autoptr(GError) error = NULL;
    g_assert_false(clock_parse_span(bad[i], &span, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    g_assert_cmpint(span, ==, -7);
  }
}

static void
test_dates(void)
{
  const gint64 now = 1795183331; /* 2026-11-20T14:02:11Z */
  static const struct {
    const char *text, *date;
  } cases[] = {{"today", "2026-11-20"}, {"Tomorrow", "2026-11-21"}, {"90d", "2027-02-18"},
               {"+1w", "2026-11-27"},   {"-3d", "2026-11-17"},      {"2027-05-19", "2027-05-19"}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gint64 moment;
    g_assert_true(clock_parse_date(cases[i].text, now, &moment, NULL));
    g_autofree char *date = clock_format_date(moment);
    g_assert_cmpstr(date, ==, cases[i].date);
  }
  static const struct {
    gint64 offset;
    const char *said;
  } relative[] = {{0, "today"},
                  {3600, "today"},
                  {12 * CLOCK_DAY + 5, "in 12 d"},
                  {-92 * CLOCK_DAY, "92 d ago"},
                  {20 * 3600, "in 1 d"},
                  {-20 * 3600, "1 d ago"}};
  for (gsize i = 0; i < G_N_ELEMENTS(relative); i++) {
    g_autofree char *said = clock_format_relative(now + relative[i].offset, now);
    g_assert_cmpstr(said, ==, relative[i].said);
  }
  g_autofree char *span = clock_format_span(7300);
  g_assert_cmpstr(span, ==, "2 h");
}

static void
test_secret(void)
{
  secret_unref(NULL);
  g_autoptr(Secret) a = secret_new("correct horse", 7);
  g_assert_cmpstr(secret_peek(a), ==, "correct");
  g_assert_cmpuint(secret_length(a), ==, 7);
  g_autoptr(Secret) b = secret_new_take(g_strdup("correct"));
  g_assert_true(secret_equal(a, b));
  g_autoptr(Secret) c = secret_new("incorrect", -1);
  g_assert_false(secret_equal(a, c));
  g_assert_false(secret_equal(a, NULL));
  g_autoptr(Secret) again = secret_ref(a);
  g_assert_true(secret_peek(again) == secret_peek(a));
  gsize page = (gsize)sysconf(_SC_PAGESIZE);
  g_autofree char *large = g_strnfill(page, 'x'); /* exactly one page: the NUL needs another */
  g_autoptr(Secret) d = secret_new(large, -1);
  g_assert_cmpstr(secret_peek(d), ==, large);
}

static void
test_files(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-test-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename(folder, "a", "b", NULL);
  g_autofree char *path = g_build_filename(inner, "f", NULL);
  g_autoptr(GError) error = NULL;
  struct stat info;
  g_assert_true(file_make_private_dir(inner, &error));
  g_assert_cmpint(g_stat(inner, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0700);
  g_assert_true(file_check_private(path, &error)); /* none yet */
  g_assert_true(file_replace(path, "one", 3, 0600, &error));
  g_assert_true(file_replace(path, "two!", 4, 0600, &error));
  gsize length = 0;
  g_autofree char *read = file_read(path, 10, &length, &error);
  g_assert_cmpstr(read, ==, "two!");
  g_assert_cmpuint(length, ==, 4);
  g_assert_null(file_read(path, 3, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
  g_clear_error(&error);
  g_assert_true(file_check_private(path, &error));
  g_assert_cmpint(g_chmod(path, 0644), ==, 0);
  g_assert_false(file_check_private(path, &error));
  g_assert_nonnull(strstr(error->message, "chmod 600"));
  g_clear_error(&error);
  g_assert_cmpint(g_chmod(inner, 0777), ==, 0);
  g_assert_false(file_make_private_dir(inner, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
  g_clear_error(&error);
  g_autofree char *below_file = g_build_filename(path, "x", NULL);
  g_assert_false(file_replace(below_file, "x", 1, 0600, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
  g_autoptr(GDir) dir = g_dir_open(inner, 0, NULL);
  guint left = 0;
  while (g_dir_read_name(dir))
    left++;
  g_assert_cmpuint(left, ==, 1); /* no file beside it stays */
  g_unlink(path);
  g_rmdir(inner);
  g_autofree char *middle = g_build_filename(folder, "a", NULL);
  g_rmdir(middle);
  g_rmdir(folder);
}

/* What is no plain file stays what it is: with the rights of root, writing to /dev/null must not
 * be its end. */
static void
test_special_files(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-test-XXXXXX", NULL);
  g_autofree char *pipe = g_build_filename(folder, "pipe", NULL);
  g_autofree char *file = g_build_filename(folder, "file", NULL);
  g_autofree char *link = g_build_filename(folder, "link", NULL);
  g_autoptr(GError) error = NULL;
  char text[8] = "";
  struct stat info;
  g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
  int fd = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint(fd, >=, 0);
  g_assert_true(file_replace(pipe, "one", 3, 0600, &error));
  g_assert_no_error(error);
  g_assert_cmpint(read(fd, text, sizeof text), ==, 3);
  g_assert_cmpstr(text, ==, "one");
  g_assert_cmpint(lstat(pipe, &info), ==, 0);
  g_assert_true(S_ISFIFO(info.st_mode));
  close(fd);
  g_assert_true(file_replace(file, "one", 3, 0600, &error));
  g_assert_cmpint(symlink("file", link), ==, 0);
  g_assert_true(file_replace(link, "two", 3, 0600, &error));
  g_assert_no_error(error);
  g_assert_cmpint(lstat(link, &info), ==, 0);
  g_assert_true(S_ISLNK(info.st_mode));
  g_autofree char *read_back = file_read(file, 10, NULL, &error);
  g_assert_cmpstr(read_back, ==, "two");
  g_assert_false(file_replace(folder, "x", 1, 0600, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
  g_unlink(link);
  g_unlink(file);
  g_unlink(pipe);
  g_assert_cmpint(g_rmdir(folder), ==, 0); /* nothing beside them stays */
}

static guint
count_files(const char *folder)
{
  guint n = 0;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  while (g_dir_read_name(dir))
    n++;
  return n;
}

/* Whether more was claimed than is written, less, or nothing. */
static void
test_drafts(void)
{
  static const gsize claims[] = {0, 2, 100 * 1000, 300 * 1000};
  g_autofree char *folder = g_dir_make_tmp("usher-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "cache", NULL);
  g_autofree char *below_file = g_build_filename(path, "x", NULL);
  g_autofree char *content = g_strnfill(200 * 1000, 'x');
  g_autoptr(GError) error = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(claims); i++) {
    struct stat info;
    g_autofree char *read = NULL;
    gsize length = i == 1 ? 0 : 200 * 1000;
    g_autoptr(Draft) draft = draft_new(path, 0600);
    for (gsize size = 0; size <= claims[i]; size += 50 * 1000)
      draft_claim(draft, size);
    g_assert_cmpint(g_stat(path, &info) == 0, ==, i > 0);
    g_assert_true(draft_commit(draft, content, length, &error));
    g_assert_no_error(error);
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0600);
    read = file_read(path, 400 * 1000, NULL, &error);
    g_assert_cmpuint(strlen(read), ==, length);
    g_assert_cmpmem(read, length, content, length);
  }
  Draft *dropped = draft_new(path, 0600);
  draft_claim(dropped, 10);
  draft_free(dropped);
  g_assert_cmpuint(count_files(folder), ==, 1);
  g_autoptr(Draft) nowhere = draft_new(below_file, 0600);
  draft_claim(nowhere, 10);
  g_assert_false(draft_commit(nowhere, "x", 1, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
  g_assert_nonnull(strstr(error->message, below_file));
  g_unlink(path);
  g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base/error/details", test_error_details);
  g_test_add_func("/base/error/table", test_error_table);
  g_test_add_func("/base/clock/moments", test_moments);
  g_test_add_func("/base/clock/spans", test_spans);
  g_test_add_func("/base/clock/dates", test_dates);
  g_test_add_func("/base/secret/life", test_secret);
  g_test_add_func("/base/file/life", test_files);
  g_test_add_func("/base/file/special", test_special_files);
  g_test_add_func("/base/draft", test_drafts);
  return g_test_run();
}

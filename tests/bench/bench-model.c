/* Figures of the model room: packing, opening, searching, sorting. Prints one line
 * per figure; `bench-model [ACCOUNTS]` (100,000 unless told otherwise). */
#include "base/clock.h"
#include "model/listing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define NOW G_GINT64_CONSTANT(1795000000)

static const char *const firsts[] = {
    "Ada",      "Grace", "Zoë",     "Jürgen", "Łukasz", "Γιώργος",   "Иван",  "Yuki",
    "Margaret", "Alan",  "Barbara", "Edsger", "太郎",   "María",     "Søren", "Priya",
    "Donald",   "Radia", "Frances", "John",   "Hedy",   "Katherine", "Annie", "Dorothy"};
static const char *const lasts[] = {"Lovelace", "Hopper",     "Müller-Lüdenscheidt",
                                    "Schäfer",  "Wiśniewski", "Παπαδόπουλος",
                                    "Щербаков", "Tanaka",     "Hamilton",
                                    "Turing",   "Liskov",     "Dijkstra",
                                    "山田",     "González",   "Kierkegaard",
                                    "Sharma",   "Knuth",      "Perlman",
                                    "Allen",    "Backus",     "Lamarr",
                                    "Johnson",  "Easley",     "Vaughan"};
static const char *const companies[] = {"Partner GmbH", "Analytical Engines Ltd", "Contoso",
                                        "Fabrikam",     "Nord & Süd AG",          "Olivetti SpA",
                                        "Initech"};

static double
now_ms(void)
{
  return (double)g_get_monotonic_time() / 1000.0;
}

static double
median(double *values, guint n)
{
  for (guint i = 1; i < n; i++)
    for (guint k = i; k > 0 && values[k] < values[k - 1]; k--) {
      double swap = values[k];
      values[k] = values[k - 1];
      values[k - 1] = swap;
    }
  return values[n / 2];
}

static void
fill(Account *account, guint i)
{
  const char *first = firsts[i % G_N_ELEMENTS(firsts)];
  const char *last = lasts[(i / 7) % G_N_ELEMENTS(lasts)];
  char text[256];
  account_clear(account);
  g_snprintf(text, sizeof text, "%08x-%04x-4000-8000-%012x", i * 2654435761u, i & 0xffff, i);
  account_put_text(account, FIELD_ID, text);
  g_snprintf(text, sizeof text, "%s%u, %s (External)", last, i % 5000, first);
  account_put_text(account, FIELD_NAME, text);
  g_snprintf(text, sizeof text, "person.number%u.ext@contoso.com", i);
  account_put_text(account, FIELD_USER, text);
  account_put_text(account, FIELD_MAIL, text);
  account_put_text(account, FIELD_FIRST, first);
  account_put_text(account, FIELD_LAST, last);
  g_snprintf(text, sizeof text, "p%u@partner.example", i);
  account_put_item(account, FIELD_EXTERNAL, text);
  g_snprintf(text, sizeof text, "+49 151 %07u", i);
  account_put_text(account, FIELD_MOBILE, text);
  account_put_text(account, FIELD_COMPANY, companies[i % G_N_ELEMENTS(companies)]);
  account_put_text(account, FIELD_DEPARTMENT, i % 3 ? "Engineering" : "Consulting");
  account_put_text(account, FIELD_LOCATION, "DE");
  account_put_item(account, FIELD_GROUP, "specialists");
  account_put_number(account, FIELD_STATE, i % 9 ? STATE_ENABLED : STATE_DISABLED);
  account_put_number(account, FIELD_KIND, KIND_MEMBER);
  account_put_number(account, FIELD_LICENCE, i % 50 ? LICENCE_OK : LICENCE_PENDING);
  account_put_number(account, FIELD_CREATED, NOW - (gint64)(i % 900) * CLOCK_DAY);
  account_put_number(account, FIELD_EXPIRES, NOW + (gint64)(i % 365 - 30) * CLOCK_DAY);
}

static void
bench_query(const Snapshot *snapshot, const char *text)
{
  double times[9];
  guint hits = 0;
  for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
    double start = now_ms();
    g_autoptr(Query) query = query_parse(text, NOW, NULL, NULL);
    g_autoptr(GArray) rows = query_run(query, snapshot, NULL, NULL);
    times[i] = now_ms() - start;
    hits = rows->len;
  }
  printf("query %-34s %8.2f ms  %u rows\n", text, median(times, G_N_ELEMENTS(times)), hits);
}

static void
bench_sort(Snapshot *snapshot, FieldId field)
{
  g_autoptr(Listing) listing = listing_new();
  listing_set_snapshot(listing, snapshot);
  double start = now_ms();
  listing_set_sort(listing, field, TRUE);
  printf("sort by %-32s %8.2f ms\n", field_info(field)->name, now_ms() - start);
}

static void
print_memory(const char *what)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("%-40s %8.1f MB at most\n", what, (double)usage.ru_maxrss / 1024);
}

static Snapshot *
bench_packing(guint accounts)
{
  g_autoptr(Account) account = account_new();
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  print_memory("memory before");
  double start = now_ms(), filling = 0;
  for (guint i = 0; i < accounts; i++) {
    double before = now_ms();
    fill(account, i);
    filling += now_ms() - before;
    snapshot_builder_add(builder, account);
  }
  double added = now_ms();
  Snapshot *snapshot = snapshot_builder_snapshot(builder, NOW);
  double packed = now_ms();
  printf("%-40s %8.2f ms\n", "make up accounts", filling);
  printf("%-40s %8.2f ms\n", "add", added - start - filling);
  printf("%-40s %8.2f ms\n", "sort and pack", packed - added);
  print_memory("memory with builder and snapshot");
  return snapshot;
}

static void
bench_opening(const Snapshot *snapshot)
{
  g_autoptr(GBytes) bytes = snapshot_bytes(snapshot);
  printf("%-40s %8.1f MB\n", "block", (double)g_bytes_get_size(bytes) / 1e6);
  double start = now_ms();
  g_autoptr(Snapshot) opened = snapshot_new_from_bytes(bytes, NULL);
  printf("%-40s %8.3f ms\n", "open", now_ms() - start);
}

int
main(int argc, char **argv)
{
  guint accounts = argc > 1 ? (guint)strtoul(argv[1], NULL, 10) : 100000;
  printf("%u accounts\n", accounts);
  g_autoptr(Snapshot) snapshot = bench_packing(accounts);
  bench_opening(snapshot);
  static const char *const queries[] = {"hopper",
                                        "number77777",
                                        "e",
                                        "zz",
                                        "muller",
                                        "ada lovelace",
                                        "ada|grace",
                                        "-contoso",
                                        "state:enabled expires<30d",
                                        "licence:pending signin:unknown",
                                        "company:partner",
                                        "city:berlin",
                                        "name:hop state:disabled",
                                        "mail:p99",
                                        "-company:partner"};
  for (guint i = 0; i < G_N_ELEMENTS(queries); i++)
    bench_query(snapshot, queries[i]);
  bench_sort(snapshot, FIELD_NAME);
  bench_sort(snapshot, FIELD_COMPANY);
  bench_sort(snapshot, FIELD_EXPIRES);
  return 0;
}

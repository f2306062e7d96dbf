/* The seeded tenant: service accounts, staff, specialists, guests, and some that
 * were deleted. Everything follows from the seed and the day. */
#include "sim/seed.h"

#include <string.h>

#include "sim/licences.h"
#include "sim/pack.h"
#include "sim/people.h"

#define DAY             86400
#define SPARE_SEATS     25
#define MIN_SPECIALISTS 20
#define MIN_GUESTS      5
#define MIN_STAFF       12
#define FEWEST_STAFF    2 /* of a tenant so small that it has no guests */

typedef struct {
  Tenant *tenant;
  guint64 random;
  GHashTable *names; /* local part → how often it was used */
  guint weights;
  guint32 first_staff, n_staff;
  guint32 specialists, guests, admins, emergency, external, staff;
  Packer packer;
} Seed;

static guint64
next(Seed *seed)
{
  seed->random += 0x9e3779b97f4a7c15ull;
  guint64 x = seed->random;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

static guint
below(Seed *seed, guint limit)
{
  /* Nobody asks below nothing. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
  return (guint)(next(seed) % limit);
}

static gboolean
chance(Seed *seed, guint percent)
{
  return below(seed, 100) < percent;
}

static const NameSet *
pick_set(Seed *seed)
{
  guint at = below(seed, seed->weights);

  for (guint i = 0; i < people_n_sets; i++) {
    if (at < people_sets[i].weight)
      return &people_sets[i];
    at -= people_sets[i].weight;
  }
  return &people_sets[0];
}

static const NamePart *
pick_part(Seed *seed, const NamePart *parts)
{
  guint n = 0;

  while (parts[n].name)
    n++;
  return &parts[below(seed, n)];
}

/* What a person is made of. */
typedef struct {
  const NameSet *set;
  const char *given, *family, *ascii_given, *ascii_family, *display;
} Draft;

static Draft
draft_person(Seed *seed)
{
  const NameSet *set = pick_set(seed);
  const NamePart *given = pick_part(seed, set->given), *family = pick_part(seed, set->family);

  return (Draft){set, given->name, family->name, given->ascii, family->ascii, NULL};
}

/* "juergen.mueller.ext", the second of the name "juergen.mueller2.ext". */
static void
unique_local(Seed *seed, const Draft *draft, const char *tail, char *local, gsize size)
{
  g_autofree char *base = g_strdup_printf("%s.%s%s", draft->ascii_given, draft->ascii_family, tail);
  guint used = GPOINTER_TO_UINT(g_hash_table_lookup(seed->names, base)) + 1;

  if (used == 1)
    g_snprintf(local, size, "%s", base);
  else
    g_snprintf(local, size, "%s.%s%u%s", draft->ascii_given, draft->ascii_family, used, tail);
  g_hash_table_insert(seed->names, g_steal_pointer(&base), GUINT_TO_POINTER(used));
}

static void
add_text(Seed *seed, int field, const char *text)
{
  packer_add(&seed->packer, field, text, strlen(text));
}

static void
add_word(Seed *seed, int field, const char *text)
{
  packer_add_word(&seed->packer, seed->tenant, field, text);
}

/* A list of one. */
static void
add_single(Seed *seed, int field, const char *text)
{
  packer_add(&seed->packer, field, text, strlen(text) + 1);
}

static void
add_phone(Seed *seed, int field, const NameSet *set)
{
  char phone[40];

  g_snprintf(phone, sizeof phone, "%s %07u", set->phone, 1000000 + below(seed, 8999999));
  if (field == UF_BUSINESS_PHONES)
    add_single(seed, field, phone);
  else
    add_text(seed, field, phone);
}

static void
add_date(Seed *seed, int field, gint64 seconds)
{
  char text[11];
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);
  g_autofree char *iso = g_date_time_format(date, "%Y-%m-%d");

  g_strlcpy(text, iso, sizeof text);
  add_text(seed, field, text);
}

static User *
finish(Seed *seed, guint32 slot)
{
  User *user = tenant_user(seed->tenant, slot);

  packer_finish(&seed->packer, seed->tenant, user);
  tenant_index_user(seed->tenant, slot);
  seed->tenant->n_live++;
  return user;
}

static void
add_names(Seed *seed, const Draft *draft, const char *display, const char *local,
          const char *domain)
{
  char name[160], nickname[80];

  g_snprintf(name, sizeof name, "%s@%s", local, domain);
  g_strlcpy(nickname, local, sizeof nickname);
  g_strdelimit(nickname, ".'", '-');
  packer_start(&seed->packer);
  add_text(seed, UF_USER_PRINCIPAL_NAME, name);
  add_text(seed, UF_DISPLAY_NAME, display);
  add_word(seed, UF_GIVEN_NAME, draft->given);
  add_word(seed, UF_SURNAME, draft->family);
  add_text(seed, UF_MAIL_NICKNAME, nickname);
}

/* When somebody signed in last: recently, long ago, never. */
static void
set_activity(Seed *seed, User *user)
{
  gint64 now = seed->tenant->born;
  guint kind = below(seed, 100);
  guint days = kind < 65 ? below(seed, 30) : 91 + below(seed, 300);

  if (kind >= 85)
    return;
  gint64 moment = MAX(now - days * DAY - below(seed, DAY), user->created + 600);
  user->signed_in = (guint32)moment;
  user->signed_in_quietly = (guint32)MIN(moment + below(seed, 2 * DAY), now);
}

static void
add_staff(Seed *seed)
{
  Draft draft = draft_person(seed);
  guint32 slot = tenant_add_user(seed->tenant);
  char local[80], display[200];

  unique_local(seed, &draft, "", local, sizeof local);
  g_snprintf(display, sizeof display, "%s %s", draft.set->family_first ? draft.family : draft.given,
             draft.set->family_first ? draft.given : draft.family);
  add_names(seed, &draft, display, local, TENANT_NAME);
  packer_add_same_mail(&seed->packer);
  add_word(seed, UF_JOB_TITLE, people_jobs[below(seed, people_n_jobs)]);
  add_word(seed, UF_DEPARTMENT, people_departments[below(seed, people_n_departments)]);
  add_word(seed, UF_CITY, draft.set->city);
  add_word(seed, UF_USAGE_LOCATION, draft.set->country);
  add_word(seed, UF_COMPANY_NAME, "Contoso");
  if (chance(seed, 60))
    add_phone(seed, UF_BUSINESS_PHONES, draft.set);
  User *user = finish(seed, slot);
  user->created = (guint32)(seed->tenant->born - (100 + below(seed, 2500)) * DAY + 32400);
  if (chance(seed, 4))
    user->flags &= ~(guint32)USER_ENABLED;
  if (chance(seed, 30))
    user->flags |= USER_SYNCED;
  set_activity(seed, user);
  if (slot > seed->first_staff + 3 && chance(seed, 80))
    user->manager = seed->first_staff + below(seed, MIN(seed->n_staff, 20));
}

/* The end dates that a roster has: most ahead, some soon, some past, some none. */
static gboolean
pick_end(Seed *seed, gint64 *ret_end)
{
  guint kind = below(seed, 100);
  gint64 today = seed->tenant->born;

  if (kind < 8)
    return FALSE;
  if (kind < 18)
    *ret_end = today - (1 + below(seed, 60)) * DAY;
  else if (kind < 30)
    *ret_end = today + below(seed, 15) * DAY;
  else
    *ret_end = today + (15 + below(seed, 185)) * DAY;
  return TRUE;
}

static void
add_company(Seed *seed, const Draft *draft)
{
  guint company = below(seed, people_n_companies);
  char mail[160];

  add_word(seed, UF_COMPANY_NAME, people_companies[company]);
  g_snprintf(mail, sizeof mail, "%s.%s@%s", draft->ascii_given, draft->ascii_family,
             people_company_domains[company]);
  add_single(seed, UF_OTHER_MAILS, mail);
}

static void
set_relations(Seed *seed, guint32 slot)
{
  if (!chance(seed, 8)) {
    User *user = tenant_user(seed->tenant, slot);
    guint32 sponsor = seed->first_staff + below(seed, seed->n_staff);
    tenant_link(seed->tenant, &user->sponsors, sponsor);
    if (chance(seed, 12) && seed->n_staff > 1)
      tenant_link(seed->tenant, &user->sponsors,
                  seed->first_staff + (sponsor - seed->first_staff + 1) % seed->n_staff);
    if (chance(seed, 40))
      user->manager = sponsor;
  }
}

static void
add_specialist(Seed *seed, guint number)
{
  Draft draft = draft_person(seed);
  guint32 slot = tenant_add_user(seed->tenant);
  char local[80], display[512];
  gint64 end = 0;

  /* Among the first, at every second place, are those that try a program's patience. */
  if (number >= 3 && number % 2 == 1 && (number - 3) / 2 < people_n_hostile) {
    const HostileName *hostile = &people_hostile[(number - 3) / 2];
    draft = (Draft){draft.set,
                    hostile->given,
                    hostile->family,
                    hostile->ascii_given,
                    hostile->ascii_family,
                    hostile->display};
  }
  unique_local(seed, &draft, ".ext", local, sizeof local);
  g_snprintf(display, sizeof display, "%s, %s (External)", draft.family, draft.given);
  add_names(seed, &draft, draft.display ? draft.display : display, local, TENANT_NAME);
  packer_add_same_mail(&seed->packer);
  add_company(seed, &draft);
  add_phone(seed, UF_MOBILE_PHONE, draft.set);
  if (chance(seed, 70))
    add_word(seed, UF_JOB_TITLE, people_jobs[below(seed, people_n_jobs)]);
  if (chance(seed, 50))
    add_word(seed, UF_DEPARTMENT, people_departments[below(seed, people_n_departments)]);
  if (number % 31 != 30)
    add_word(seed, UF_USAGE_LOCATION, draft.set->country);
  if (pick_end(seed, &end))
    add_date(seed, UF_EXTENSION + 15, end);
  User *user = finish(seed, slot);
  user->created = (guint32)(seed->tenant->born - (1 + below(seed, 700)) * DAY + below(seed, DAY));
  if (chance(seed, end && end < seed->tenant->born ? 50 : 4))
    user->flags &= ~(guint32)USER_ENABLED;
  set_activity(seed, user);
  set_relations(seed, slot);
  tenant_join(seed->tenant, seed->specialists, slot);
}

static void
add_guest(Seed *seed)
{
  Draft draft = draft_person(seed);
  guint32 slot = tenant_add_user(seed->tenant);
  guint company = below(seed, people_n_companies);
  char local[80], full[160], mail[160], display[200];

  unique_local(seed, &draft, "", local, sizeof local);
  g_snprintf(mail, sizeof mail, "%s@%s", local, people_company_domains[company]);
  g_snprintf(full, sizeof full, "%s_%s#EXT#", local, people_company_domains[company]);
  g_snprintf(display, sizeof display, "%s %s", draft.given, draft.family);
  add_names(seed, &draft, display, full, TENANT_INITIAL_DOMAIN);
  add_text(seed, UF_MAIL, mail);
  add_single(seed, UF_OTHER_MAILS, mail);
  add_word(seed, UF_COMPANY_NAME, people_companies[company]);
  User *user = finish(seed, slot);
  user->flags |= USER_GUEST | (chance(seed, 25) ? USER_PENDING : USER_ACCEPTED);
  user->created = (guint32)(seed->tenant->born - (1 + below(seed, 500)) * DAY + below(seed, DAY));
  if (user->flags & USER_ACCEPTED)
    set_activity(seed, user);
  set_relations(seed, slot);
  tenant_join(seed->tenant, seed->guests, slot);
}

static const struct {
  const char *local, *display, *given, *family;
  guint flags;
} fixed[] = {
    {"svc-usher", "usher service", "usher", "Service", USER_ROLE_USERS | USER_ROLE_AUTHENTICATION},
    {"it-service", "IT Service", "IT", "Service", 0},
    {"breakglass1", "Break Glass 1", "Break", "Glass", USER_ROLE_GLOBAL},
    {"breakglass2", "Break Glass 2", "Break", "Glass", USER_ROLE_GLOBAL},
    {"m.chen", "Mei Chen", "Mei", "Chen", USER_ROLE_GLOBAL},
    {"ops", "Operations", "Operations", "Contoso", 0},
};

static void
add_fixed(Seed *seed)
{
  for (guint i = 0; i < G_N_ELEMENTS(fixed); i++) {
    guint32 slot = tenant_add_user(seed->tenant);
    const Draft draft = {&people_sets[0], fixed[i].given, fixed[i].family, NULL, NULL, NULL};
    add_names(seed, &draft, fixed[i].display, fixed[i].local, TENANT_NAME);
    packer_add_same_mail(&seed->packer);
    add_word(seed, UF_USAGE_LOCATION, "DE");
    User *user = finish(seed, slot);
    user->flags |= fixed[i].flags;
    user->created = (guint32)(seed->tenant->born - 1000 * DAY);
    if (strstr(fixed[i].local, "breakglass"))
      tenant_join(seed->tenant, seed->emergency, slot);
    else
      set_activity(seed, user);
    if (fixed[i].flags)
      tenant_join(seed->tenant, seed->admins, slot);
  }
}

static guint32
add_group(Seed *seed, const char *id, const char *name, const char *nickname,
          const char *description)
{
  guint32 slot = tenant_add_group(seed->tenant, id);
  Group *group = tenant_group(seed->tenant, slot);

  group->display_name = g_strdup(name);
  group->mail_nickname = g_strdup(nickname);
  group->description = g_strdup(description);
  group->security = TRUE;
  group->created = seed->tenant->born - 1500 * DAY;
  return slot;
}

static void
add_groups(Seed *seed)
{
  seed->specialists = add_group(seed, SEED_GROUP_SPECIALISTS, "Specialists", "specialists",
                                "External specialists with an account of ours");
  seed->guests =
      add_group(seed, SEED_GROUP_GUESTS, "Guests", "guests", "Invited guests from elsewhere");
  seed->admins = add_group(seed, SEED_GROUP_ADMINS, "Administrators", "administrators",
                           "People with directory roles");
  seed->emergency = add_group(seed, SEED_GROUP_EMERGENCY, "Emergency access", "emergency-access",
                              "Accounts for emergencies; never touch");
  seed->external = add_group(seed, SEED_GROUP_EXTERNAL, "External people", "external-people",
                             "Specialists and guests, as nested groups");
  seed->staff = add_group(seed, SEED_GROUP_STAFF, "All staff", "all-staff",
                          "Everybody of Contoso, by a rule");
  Group *staff = tenant_group(seed->tenant, seed->staff);
  staff->dynamic = TRUE;
  staff->membership_rule = g_strdup("user.companyName -eq \"Contoso\"");
  guint16 sku = 0;
  g_array_append_val(tenant_group(seed->tenant, seed->specialists)->skus, sku);
  tenant_join(seed->tenant, seed->external, TARGET_GROUP | seed->specialists);
  tenant_join(seed->tenant, seed->external, TARGET_GROUP | seed->guests);
}

static void
add_deleted(Seed *seed, guint n)
{
  Tenant *tenant = seed->tenant;

  for (guint i = 0; i < n; i++) {
    add_specialist(seed, 1000000);
    guint32 slot = tenant->users->len - 1;
    User *user = tenant_user(tenant, slot);
    g_autofree char *name = pack_dup(tenant, user, UF_USER_PRINCIPAL_NAME);
    char id[37];
    tenant_format_id(user->id, id);
    g_auto(GStrv) parts = g_strsplit(id, "-", -1);
    g_autofree char *plain = g_strjoinv("", parts);
    g_autofree char *moved = g_strconcat(plain, name, NULL);
    tenant_unindex_name(tenant, slot);
    tenant_leave(tenant, seed->specialists, slot);
    pack_set(tenant, user, UF_MAIL, name, -1);
    pack_set(tenant, user, UF_DELETED_NAME, name, -1);
    pack_set(tenant, user, UF_USER_PRINCIPAL_NAME, moved, -1);
    user->flags |= USER_DELETED;
    user->deleted = (guint32)(tenant->born - (1 + below(seed, 25)) * DAY);
    user->created = MIN(user->created, user->deleted - 10 * DAY);
    tenant->n_live--;
  }
}

/* Licences as they are after everything was processed; a few went wrong. */
static void
give_licences(Seed *seed, const SimOptions *options)
{
  Tenant *tenant = seed->tenant;
  const Group *group = tenant_group(tenant, seed->specialists);
  gint64 then = (tenant->born - DAY) * 1000;

  licences_setup(tenant, group->n_members + SPARE_SEATS);
  for (guint i = 0; i < group->members->len; i++) {
    guint32 slot = g_array_index(group->members, guint32, i);
    if (slot == NONE)
      continue;
    licences_give(tenant, slot, 0, (int)seed->specialists, then);
    if (i % 37 != 36)
      continue;
    Holding *holding =
        &g_array_index(tenant->holdings, Holding, tenant_user(tenant, slot)->holding);
    if (holding->state != HOLDING_ACTIVE)
      continue;
    g_array_index(tenant->skus, Sku, 0).consumed--;
    holding->state = HOLDING_ERROR;
    holding->error = "CountViolation";
  }
  if (options->seats != G_MAXUINT)
    g_array_index(tenant->skus, Sku, 0).enabled = options->seats;
  for (guint32 i = 0; i < MIN(seed->n_staff, 30); i++)
    licences_give(tenant, seed->first_staff + i, 1, -1, then);
}

/* Who is neither a specialist nor fixed. Guests give way first where that is fewer than usual,
 * unless the tenant was asked to consist of specialists. */
static void
share_rest(const SimOptions *options, guint specialists, guint *ret_guests, guint *ret_staff)
{
  guint taken = specialists + G_N_ELEMENTS(fixed);
  guint rest = options->accounts > taken ? options->accounts - taken : 0;
  guint guests = options->accounts ? MAX(MIN_GUESTS, options->accounts / 10) : 0;
  guint fewest = options->specialists_given ? MIN_STAFF : FEWEST_STAFF;

  if (!options->specialists_given && rest < guests + MIN_STAFF)
    guests = MIN(guests, rest > MIN_STAFF ? rest - MIN_STAFF : 0);
  *ret_guests = guests;
  *ret_staff = MAX(rest > guests ? rest - guests : 0, fewest);
  if (!options->accounts && !specialists)
    *ret_staff = 0;
}

Tenant *
seed_tenant(const SimOptions *options, gint64 born)
{
  Seed *seed = g_new0(Seed, 1);
  Tenant *tenant = tenant_new(options->seed, born);
  guint specialists = options->specialists_given ? options->specialists
                      : options->accounts        ? MAX(MIN_SPECIALISTS, options->accounts / 3)
                                                 : 0;
  guint guests, staff;

  tenant->premium = !options->no_premium;
  seed->tenant = tenant;
  seed->random = options->seed * 7919 + 1;
  seed->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < people_n_sets; i++)
    seed->weights += people_sets[i].weight;
  add_groups(seed);
  add_fixed(seed);
  seed->first_staff = tenant->users->len;
  share_rest(options, specialists, &guests, &staff);
  seed->n_staff = staff;
  for (guint i = 0; i < seed->n_staff; i++) {
    add_staff(seed);
    tenant_join(tenant, seed->staff, seed->first_staff + i);
  }
  for (guint i = 0; i < specialists; i++)
    add_specialist(seed, i);
  for (guint i = 0; i < guests; i++)
    add_guest(seed);
  add_deleted(seed, MIN(specialists / 10, 20));
  give_licences(seed, options);
  tenant->n_seeded_users = tenant->users->len;
  tenant->n_seeded_groups = tenant->groups->len;
  g_hash_table_unref(seed->names);
  g_free(seed);
  return tenant;
}

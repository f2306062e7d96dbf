/* The text of a user in one block: for each value its field, its length and
 * its bytes, or the number of a word in the tenant's dictionary. Lists are
 * several strings, each ended by a NUL. */
#pragma once

#include "sim/tenant.h"

/* The bytes of a value, or NULL; not ended by a NUL. */
const char *pack_get(const Tenant *tenant, const User *user, int field, gsize *ret_length);
/* A copy, or NULL. */
char *pack_dup(const Tenant *tenant, const User *user, int field);
/* Sets or, with NULL, clears; `length` -1: up to the NUL. */
void pack_set(Tenant *tenant, User *user, int field, const char *text, gssize length);

/* While seeding: collects values, then puts the block into the tenant's arena. */
typedef struct {
  guint8 bytes[3072];
  gsize length;
} Packer;
/* Begins a block; adds a value to it (one that no longer fits is left out). */
void packer_start(Packer *packer);
void packer_add(Packer *packer, int field, const char *text, gsize length);
/* `text` lives for ever and appears in many users. */
void packer_add_word(Packer *packer, Tenant *tenant, int field, const char *text);
/* mail as the user name. */
void packer_add_same_mail(Packer *packer);
void packer_finish(Packer *packer, Tenant *tenant, User *user);
/* All fields that are set, in order: calls back with each. */
typedef void (*PackEach)(int field, const char *text, gsize length, gpointer data);
void pack_each(const Tenant *tenant, const User *user, PackEach each, gpointer data);

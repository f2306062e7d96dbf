# usher-sim: shares base/ and nothing else with the rest of the house.
noinst_LIBRARIES += src/sim/libsim.a
src_sim_libsim_a_SOURCES = \
  src/sim/answer.c src/sim/answer.h \
  src/sim/assertion.c src/sim/assertion.h \
  src/sim/batch.c src/sim/batch.h \
  src/sim/call.c src/sim/call.h \
  src/sim/checks.c src/sim/checks-apply.c src/sim/checks.h \
  src/sim/config-file.c src/sim/config-file.h \
  src/sim/controls.c \
  src/sim/deleted.c \
  src/sim/deltas.c src/sim/deltas.h \
  src/sim/devices.c src/sim/devices.h \
  src/sim/faults.c src/sim/faults.h \
  src/sim/fields.c src/sim/fields.h \
  src/sim/group-json.c src/sim/group-json.h \
  src/sim/groups.c src/sim/groups.h \
  src/sim/index.c src/sim/index.h \
  src/sim/invitations.c src/sim/invitations.h \
  src/sim/licences.c src/sim/licences.h \
  src/sim/licensing.c src/sim/licensing.h \
  src/sim/listing.c src/sim/listing.h \
  src/sim/login.c \
  src/sim/mail.c src/sim/mail.h \
  src/sim/members.c \
  src/sim/odata-filter.c src/sim/odata-match.c src/sim/odata-search.c \
  src/sim/odata.h src/sim/odata-private.h \
  src/sim/organization.c src/sim/organization.h \
  src/sim/out.c src/sim/out.h \
  src/sim/pack.c src/sim/pack.h \
  src/sim/passes.c src/sim/passes.h \
  src/sim/people.c src/sim/people.h \
  src/sim/query.c src/sim/query.h \
  src/sim/quota.c src/sim/quota.h \
  src/sim/record.c src/sim/record.h \
  src/sim/related.c src/sim/relations.c \
  src/sim/routes.c src/sim/routes.h \
  src/sim/scopes.c src/sim/scopes.h \
  src/sim/seed.c src/sim/seed.h \
  src/sim/server.c src/sim/server.h \
  src/sim/signin.c src/sim/signin.h \
  src/sim/sim.c src/sim/sim.h \
  src/sim/state.c src/sim/state-private.h src/sim/state-read.c src/sim/state.h \
  src/sim/tenant.c src/sim/tenant.h \
  src/sim/tokens.c src/sim/tokens.h \
  src/sim/user-json.c src/sim/user-json.h \
  src/sim/users.c src/sim/users.h \
  src/sim/users-file.c src/sim/users-file.h
src_sim_libsim_a_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS) $(MICROHTTPD_CFLAGS) $(GMIME_CFLAGS) $(OPENSSL_CFLAGS)

SIM_LIBS = src/sim/libsim.a $(MICROHTTPD_LIBS) $(GMIME_LIBS) $(CJSON_LIBS) $(OPENSSL_LIBS) $(GLIB_LIBS) -lm

bin_PROGRAMS += src/sim/usher-sim
src_sim_usher_sim_SOURCES = src/sim/sim-main.c
src_sim_usher_sim_CFLAGS = $(src_sim_libsim_a_CFLAGS)
src_sim_usher_sim_LDADD = $(SIM_LIBS)

dist_man_MANS += man/usher-sim.1

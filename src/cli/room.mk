# The command line. usher-docgen links what it needs of it.
noinst_LIBRARIES += src/cli/libcli.a
src_cli_libcli_a_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
src_cli_libcli_a_SOURCES = \
  src/cli/args.c \
  src/cli/args.h \
  src/cli/cli-private.h \
  src/cli/cli.h \
  src/cli/complete.c \
  src/cli/completion-script.c \
  src/cli/completion-script.h \
  src/cli/demo.c \
  src/cli/help.c \
  src/cli/help.h \
  src/cli/interrupt.c \
  src/cli/interrupt.h \
  src/cli/main.c \
  src/cli/output-accounts.c \
  src/cli/output-findings.c \
  src/cli/output-plan.c \
  src/cli/output-private.h \
  src/cli/output-records.c \
  src/cli/output.c \
  src/cli/output.h \
  src/cli/passwords.c \
  src/cli/plan-edit.c \
  src/cli/progress.c \
  src/cli/prompt.c \
  src/cli/prompt.h \
  src/cli/run-plan.c \
  src/cli/run-profiles.c \
  src/cli/run.c \
  src/cli/say.c \
  src/cli/say.h \
  src/cli/session.c \
  src/cli/settings-edit.c \
  src/cli/settings-text.c \
  src/cli/settings-text.h \
  src/cli/setup-file.c \
  src/cli/setup-private.h \
  src/cli/setup-questions.c \
  src/cli/setup-steps.c \
  src/cli/setup-talk.c \
  src/cli/setup.c \
  src/cli/table.c \
  src/cli/table.h \
  src/cli/tables.c \
  src/cli/unlock.c

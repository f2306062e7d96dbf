noinst_LIBRARIES += src/mail/libmail.a
src_mail_libmail_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir)/src
src_mail_libmail_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(GMIME_CFLAGS)
src_mail_libmail_a_SOURCES = \
  src/mail/gmime.c src/mail/gmime.h \
  src/mail/message.c src/mail/message.h \
  src/mail/send.c src/mail/send.h src/mail/send-private.h \
  src/mail/send-graph.c src/mail/send-smtp.c \
  src/mail/templates.c src/mail/templates.h
nodist_src_mail_libmail_a_SOURCES = src/mail/mail-templates.c src/mail/mail-templates.h

# The built-in templates, compiled in.
MAIL_TEMPLATES = \
  data/templates/specialist.de.txt data/templates/specialist.en.txt \
  data/templates/specialist-password.de.txt data/templates/specialist-password.en.txt
MAIL_TEMPLATES_XML = src/mail/templates.gresource.xml
MAIL_TEMPLATES_COMPILE = $(AM_V_GEN)$(MKDIR_P) src/mail && $(GLIB_COMPILE_RESOURCES) \
  --sourcedir=$(top_srcdir)/data/templates --c-name mail_templates --internal \
  --target=$@ $(top_srcdir)/$(MAIL_TEMPLATES_XML)
EXTRA_DIST += $(MAIL_TEMPLATES) $(MAIL_TEMPLATES_XML)
BUILT_SOURCES += src/mail/mail-templates.h
# Also when the library is asked for by itself.
$(src_mail_libmail_a_OBJECTS): src/mail/mail-templates.h
CLEANFILES += src/mail/mail-templates.c src/mail/mail-templates.h
src/mail/mail-templates.c: $(MAIL_TEMPLATES_XML) $(MAIL_TEMPLATES) src/mail/room.mk
	$(MAIL_TEMPLATES_COMPILE) --generate-source
src/mail/mail-templates.h: $(MAIL_TEMPLATES_XML) src/mail/room.mk
	$(MAIL_TEMPLATES_COMPILE) --generate-header

/* Unit tests of mail: messages are read back by a mail parser, nothing can be
 * smuggled in, and the right template is found. */
#include "base/error.h"
#include "mail/message.h"
#include "mail/templates.h"
#include "model/person.h"
#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <string.h>

static MailDraft
draft(void)
{
  return (MailDraft){
      .from = "it-service@contoso.com",
      .to = "zoe@partner.example",
      .subject = "Your new account",
      .body = "Hello\n",
      .message_id = "usher.1234@contoso.com",
      .date = 1795000000,
  };
}

static GMimeMessage *
parse(const Secret *mime)
{
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(secret_peek(mime), secret_length(mime));
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  g_assert_nonnull(message);
  return message;
}

/* The subject, each encoded word read by itself: GMime 3.2 reads neighbouring ones as one and
 * stops at the padding of the first, which other readers do not. */
static char *
subject_of(GMimeMessage *message)
{
  const char *raw = g_mime_header_get_raw_value(g_mime_header_list_get_header(
      g_mime_object_get_header_list(GMIME_OBJECT(message)), "Subject"));
  GString *out = g_string_new(NULL);
  gboolean was_encoded = TRUE;
  g_auto(GStrv) words = g_strsplit_set(raw, " \t\r\n", -1);
  for (char **word = words; *word != NULL; word++) {
    gboolean encoded = g_str_has_prefix(*word, "=?");
    if (**word == '\0')
      continue;
    if (out->len > 0 && !(encoded && was_encoded))
      g_string_append_c(out, ' ');
    g_autofree char *text = g_mime_utils_header_decode_text(NULL, *word);
    g_string_append(out, text);
    was_encoded = encoded;
  }
  return g_string_free(out, FALSE);
}

static char *
body_of(GMimeMessage *message)
{
  GMimeObject *part = g_mime_message_get_mime_part(message);
  g_assert_true(GMIME_IS_TEXT_PART(part));
  char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
  g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
  g_free(text);
  return g_strjoinv("\n", lines);
}

/* What every mail server may rely on: ASCII, CRLF, short lines. */
static void
assert_on_the_wire(const Secret *mime)
{
  const char *text = secret_peek(mime);
  gsize length = secret_length(mime), column = 0;
  g_assert_cmpuint(strlen(text), ==, length);
  for (gsize i = 0; i < length; i++) {
    g_assert_cmpint((signed char)text[i], >, 0);
    g_assert_cmpint(text[i] == '\n', ==, i > 0 && text[i - 1] == '\r');
    column = text[i] == '\n' ? 0 : column + 1;
    g_assert_cmpuint(column, <=, 200);
  }
  g_assert_true(g_str_has_suffix(text, "\r\n"));
}

static const struct {
  const char *subject, *body;
} texts[] = {
    {"Your new account zoe.ext@contoso.com", "Hello Zoë Müller,\n\nwelcome!\n"},
    {"Ihr neues Konto für Jürgen Weiß", "Grüße aus Köln – „bald“ 5 €\n"},
    {"Новая учётная запись для Анны Ивановой", "Здравствуйте, Анна!\n\nПароль: Äx7-кот\n"},
    {"新しいアカウント 山田太郎", "山田太郎 様\n\nようこそ。\n"},
    {"حساب جديد محمد", "مرحبا محمد،\n\nأهلا وسهلا.\n"},
    {"חשבון חדש", "שלום יעל,\n"},
    {"Νέος λογαριασμός Γιώργος", "Γεια σας\n"},
    {"บัญชีใหม่ สมชาย 🎉", "สวัสดี 👩‍💻\n"},
    {"", "\n"},
    {"a subject that is so long that it has to be folded, which a header of more than "
     "seventy-eight "
     "characters must be, with ümläuts in the middle and some more words to follow until it ends",
     "One very long line that goes on and on, so that it has to be wrapped on its way and put "
     "together again, trailing blanks and all:   \n.\n..\n.dot\nFrom here on\n\tTab = 3D =3D\n"},
};

static void
test_read_back(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;
    MailDraft mail = draft();
    mail.subject = texts[i].subject;
    mail.body = texts[i].body;
    g_autoptr(Secret) mime = mail_message_build(&mail, &error);
    g_assert_no_error(error);
    assert_on_the_wire(mime);
    GMimeMessage *message = parse(mime);
    g_autofree char *subject = subject_of(message);
    g_assert_cmpstr(subject, ==, texts[i].subject);
    g_assert_cmpstr(g_mime_message_get_message_id(message), ==, "usher.1234@contoso.com");
    g_assert_cmpint(g_date_time_to_unix(g_mime_message_get_date(message)), ==, 1795000000);
    g_autofree char *from =
        internet_address_list_to_string(g_mime_message_get_from(message), NULL, FALSE);
    g_autofree char *to =
        internet_address_list_to_string(g_mime_message_get_to(message), NULL, FALSE);
    g_assert_cmpstr(from, ==, "it-service@contoso.com");
    g_assert_cmpstr(to, ==, "zoe@partner.example");
    g_autofree char *body = body_of(message);
    g_assert_cmpstr(body, ==, texts[i].body);
    GMimeContentType *type = g_mime_object_get_content_type(g_mime_message_get_mime_part(message));
    g_assert_true(g_mime_content_type_is_type(type, "text", "plain"));
    g_assert_cmpstr(g_mime_content_type_get_parameter(type, "charset"), ==, "utf-8");
    g_object_unref(message);
  }
}

/* A last line without an end gets one; CRLF from a template of elsewhere is not doubled. */
static void
test_line_ends(void)
{
  g_autoptr(GError) error = NULL;
  MailDraft mail = draft();
  mail.body = "one\r\ntwo\r\nthree";
  g_autoptr(Secret) mime = mail_message_build(&mail, &error);
  assert_on_the_wire(mime);
  GMimeMessage *message = parse(mime);
  g_autofree char *body = body_of(message);
  g_assert_cmpstr(g_strchomp(body), ==, "one\ntwo\nthree");
  g_object_unref(message);
}

static void
test_smuggling(void)
{
  static const char *const addresses[] = {
      "zoe@partner.example\r\nBcc: all@contoso.com",
      "zoe@partner.example\nX: y",
      "zoe@partner.example, eve@evil.example",
      "zoe@partner.example>",
      "<zoe@partner.example>",
      "Zoe <zoe@partner.example>",
      "zoe@partner.example ",
      " zoe@partner.example",
      "zoe partner@x.example",
      "zoe@@partner.example",
      "zoe@part@ner.example",
      "zoë@partner.example",
      "zoe@partnér.example",
      "zoe@",
      "@partner.example",
      "zoe",
      "",
      ".zoe@partner.example",
      "zo..e@partner.example",
      "zoe@partner..example",
      "\"a b\"@partner.example",
      "zoe@[127.0.0.1]",
      "a123456789a123456789a123456789a123456789a123456789a123456789a1234@x.example",
  };
  for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
    MailDraft to = draft(), from = draft();
    to.to = from.from = addresses[i];
    g_autoptr(GError) to_error = NULL, from_error = NULL;
    g_assert_null(mail_message_build(&to, &to_error));
    g_assert_error(to_error, USHER_ERROR, USHER_ERROR_USAGE);
    g_assert_null(strchr(to_error->message, '\n'));
    g_assert_null(mail_message_build(&from, &from_error));
    g_assert_error(from_error, USHER_ERROR, USHER_ERROR_USAGE);
  }
  MailDraft id = draft();
  id.message_id = "a@b>\r\nBcc: eve@evil.example";
  g_assert_null(mail_message_build(&id, NULL));
  g_assert_true(mail_address_ok("o'neill+tag=x@sub-domain.partner.example"));

  g_autoptr(GError) error = NULL;
  MailDraft subject = draft();
  subject.subject = "Hello Zoë\r\nBcc: eve@evil.example\r\n\r\nbody\u2028Bcc: eve@evil.example";
  g_autoptr(Secret) mime = mail_message_build(&subject, &error);
  g_assert_no_error(error);
  GMimeMessage *message = parse(mime);
  g_assert_null(g_mime_object_get_header(GMIME_OBJECT(message), "Bcc"));
  g_assert_cmpint(internet_address_list_length(g_mime_message_get_all_recipients(message)), ==, 1);
  g_autofree char *body = body_of(message);
  g_assert_cmpstr(body, ==, "Hello\n");
  g_object_unref(message);

  MailDraft binary = draft();
  binary.body = "\xff\xfe";
  g_assert_null(mail_message_build(&binary, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
}

static void
test_message_id(void)
{
  g_autofree char *id = mail_message_id("6f0c7d1e-aaaa", "it-service@contoso.com");
  g_assert_cmpstr(id, ==, "usher.6f0c7d1e-aaaa@contoso.com");
  g_autofree char *odd = mail_message_id("a>\r\nb", "nobody");
  g_assert_true(mail_address_ok(odd));
}

static void
put(const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
assert_found(const char *dir, const char *name, const char *language, const char *beginning)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = mail_template_find(dir, name, language, &error);
  g_assert_no_error(error);
  if (!g_str_has_prefix(text, beginning))
    g_error("%s %s: no \"%s\" but: %s", name, language, beginning, text);
}

static void
test_templates(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp("usher-templates-XXXXXX", NULL);
  const char *const german[] = {"de", "de_AT.UTF-8", "de-CH", "DE"};
  for (guint i = 0; i < G_N_ELEMENTS(german); i++)
    assert_found(dir, "specialist", german[i], "Subject: Ihr neues Konto");
  const char *const english[] = {"en", "fr", "C", "C.UTF-8", "POSIX", "", NULL, "../de"};
  for (guint i = 0; i < G_N_ELEMENTS(english); i++)
    assert_found(dir, "specialist", english[i], "Subject: Your new account");
  assert_found(NULL, "specialist-password", "de", "Subject: Anmeldedaten");
  assert_found("/nowhere", "specialist-password", "en", "Subject: Sign-in");

  put(dir, "specialist.txt", "Subject: ours\n\nx\n");
  assert_found(dir, "specialist", "de", "Subject: ours");
  put(dir, "specialist.de.txt", "Subject: unser\n\nx\n");
  assert_found(dir, "specialist", "de", "Subject: unser");
  assert_found(dir, "specialist", "en", "Subject: ours");
  put(dir, "welcome.de.txt", "Subject: willkommen\n\nx\n");
  assert_found(dir, "welcome", "de", "Subject: willkommen");

  const char *const missing[] = {"welcome", "../specialist", "", "a/b", "nothing"};
  for (guint i = 0; i < G_N_ELEMENTS(missing); i++) {
    g_assert_null(mail_template_find(dir, missing[i], "en", &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
    g_clear_error(&error);
  }
  put(dir, "latin.txt",
      "Subject: Gr\xfc\xdf"
      "e\n");
  g_assert_null(mail_template_find(dir, "latin", "de", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);

  const char *const made[] = {"specialist.txt", "specialist.de.txt", "welcome.de.txt", "latin.txt"};
  for (guint i = 0; i < G_N_ELEMENTS(made); i++) {
    g_autofree char *path = g_build_filename(dir, made[i], NULL);
    g_remove(path);
  }
  g_rmdir(dir);
}

/* Every built-in text: a subject, a blank line, and only placeholders that are given. */
static void
test_built_in(void)
{
  static const char *const names[] = {"specialist", "specialist-password"};
  static const char *const languages[] = {"de", "en"};
  static const char *const known[] = {"first",   "last",        "user_name", "password",
                                      "pass",    "sign_in_url", "expires",   "sponsor",
                                      "company", "tenant",      NULL};
  for (guint i = 0; i < 4; i++) {
    g_autofree char *text = mail_template_find(NULL, names[i / 2], languages[i % 2], NULL);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_true(g_str_has_prefix(text, "Subject: "));
    g_assert_true(g_str_has_prefix(strchr(text, '\n'), "\n\n"));
    g_auto(GStrv) parts = g_strsplit(text, "{", -1);
    g_assert_cmpuint(g_strv_length(parts), >, 4);
    for (char **part = parts + 1; *part != NULL; part++) {
      g_autofree char *name = g_strndup(*part, strcspn(*part, "}"));
      if (!g_strv_contains(known, name))
        g_error("%s.%s: {%s}", names[i / 2], languages[i % 2], name);
    }
    g_assert_nonnull(strstr(text, "{password}"));
    g_assert_nonnull(strstr(text, "{pass}"));
  }
}

static gpointer
find_at_once(gpointer started)
{
  g_atomic_int_inc((int *)started);
  while (g_atomic_int_get((int *)started) < 4)
    ;
  g_autofree char *text = mail_template_find(NULL, "specialist", "en", NULL);
  g_assert_nonnull(text);
  return NULL;
}

/* The first mails of a run are written by several threads: each in a new process, for there is
 * only one first time. */
static void
test_at_once(void)
{
  int started = 0;
  GThread *threads[4];
  if (!g_test_subprocess()) {
    for (int i = 0; i < 50; i++) {
      g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed();
    }
    return;
  }
  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new("mail", find_at_once, &started);
  for (int i = 0; i < 4; i++)
    g_thread_join(threads[i]);
}

/* Nobody is made whose sign-in details could not be sent: the two checks agree. */
static void
test_addresses(void)
{
  static const char *const odd[] = {"o'neill+tag=x@sub-domain.partner.example",
                                    "a!#$%&*/?^_`{|}~b@x.example",
                                    "\"ada love\"@x.example",
                                    "zoë@x.example",
                                    "a..b@x.example",
                                    "a@b@x.example",
                                    "<a@x.example>",
                                    "a@x.example\r\nBcc: eve@x.example"};
  for (guint i = 0; i < G_N_ELEMENTS(odd); i++)
    g_assert_cmpint(person_email_ok(odd[i]), ==, mail_address_ok(odd[i]));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_mime_init();
  g_test_add_func("/mail/message/read-back", test_read_back);
  g_test_add_func("/mail/message/line-ends", test_line_ends);
  g_test_add_func("/mail/message/smuggling", test_smuggling);
  g_test_add_func("/mail/message/id", test_message_id);
  g_test_add_func("/mail/templates/find", test_templates);
  g_test_add_func("/mail/addresses-of-people", test_addresses);
  g_test_add_func("/mail/templates/built-in", test_built_in);
  g_test_add_func("/mail/templates/at-once", test_at_once);
  return g_test_run();
}

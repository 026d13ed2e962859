/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SETTINGS_FORM_H
#define SETTINGS_FORM_H

#include "dhcp.h"
#include "settings.h"

enum settings_form {
	FORM_YES,        /* bool */
	FORM_COUNT,      /* uint32_t, from least to most */
	FORM_PORT,       /* uint16_t */
	FORM_WORD,       /* uint32_t, one of names */
	FORM_SECONDS,    /* uint32_t; "12h" */
	FORM_IP,         /* uint32_t */
	FORM_ADDRESS,    /* struct address */
	FORM_MASK,       /* uint32_t; "255.255.255.0" or "/24" */
	FORM_DNS,        /* struct dhcp_range: dns */
	FORM_NAME,       /* const char *: no blanks */
	FORM_PATH,       /* const char *: from the root on */
	FORM_EXPORT,     /* const char *: from the root on, no blanks */
	FORM_WORDS,      /* const char * */
	FORM_TEXT,       /* struct bytes, what option 60 and 77 hold */
	FORM_FILE,       /* struct bytes, what a client is told to load */
	FORM_URL,        /* struct bytes */
	FORM_DOMAIN,     /* struct bytes: letters, digits, "-" and "." */
	FORM_MAC_BEGIN,  /* struct bytes, 1 to 6 */
	FORM_ARCHS,      /* struct dhcp_class: arch */
	FORM_MODELS,     /* uint32_t of enum dhcp_models */
	FORM_ADDRESSES,  /* struct lease_range */
	FORM_RANGE,      /* another row of ranges */
	FORM_ONLY,       /* more rows of only */
	FORM_CLIENT_MAC, /* struct settings: mac, kept until the host is whole */
	FORM_CLIENT_ID,  /* struct settings: id */
	FORM_NFS_ROOT,   /* another row of exports */
	FORM_CLIENTS,    /* struct nfs_export: more rows of clients */
	FORM_OWN,        /* bool of struct nfs_export, and that it was said */
};

struct setting {
	enum settings_section section;
	const char *key;
	enum settings_form form;
	uint32_t at; /* in struct serve_config, or in the row of the range, host, class or export */
	uint32_t least, most;
	const struct name *names; /* FORM_WORD */
	const char *wants;        /* "an address such as 192.168.1.2" */
};

enum form_result {
	FORM_FINE,
	FORM_BAD,  /* not what the row wants */
	FORM_FULL, /* as it is wanted, and no room for it */
	FORM_TOLD, /* the fault was told already */
};

/* The value into the object of its section. */
enum form_result form_take(struct settings *s, const struct setting *row, void *object,
			   struct bytes value);

/* value: the text of it, NAME's; into boot. */
enum form_result form_option(struct settings *s, struct dhcp_boot *boot, uint32_t line,
			     struct bytes name, struct bytes value);

/* Copied into config, NUL behind it; p is NULL when there is no room. */
struct bytes settings_keep(struct serve_config *c, struct bytes v);

/* A new row of ranges; NULL: full. */
struct dhcp_range *settings_range(struct settings *s, const char *name, uint32_t line);

/* Another row of exports; false: told why not. root empty: path is the folder too. */
bool settings_export(struct settings *s, uint32_t line, struct bytes path, struct bytes root);
enum form_result form_nfs_root(struct settings *s, struct bytes value);
enum form_result form_clients(struct settings *s, struct nfs_export *x, struct bytes value);
void form_own(struct settings *s, struct nfs_export *x);
/* What exports leave out is filled in. */
void settings_exports_end(struct settings *s, uint32_t address, uint32_t mask);

/* A fault, told piece by piece: text of it in t, then the end. Values go in by settings_quote. */
struct settings_words {
	char buf[320];
	struct text t;
};
void settings_words(struct settings_words *w);
void settings_quote(struct settings_words *w, struct bytes v);
void settings_tell(struct settings *s, uint32_t line, struct settings_words *w);

/* The end of a section: what is made of several keys. */
void settings_close(struct settings *s);

struct bytes settings_trim(struct bytes v);
bool settings_is(struct bytes v, const char *word); /* whatever the case */
bool settings_printable(struct bytes v);
/* Decimal, or hexadecimal behind 0x. */
bool settings_number(struct bytes v, uint64_t most, uint64_t *out);
/* A minute or more: "3600", "90s", "30m", "12h", "7d"; "infinite" is all ones (RFC 2131 3.3). */
bool settings_seconds(struct bytes v, uint32_t *out);
/* The words of a list with commas or blanks between; false: none is left. */
bool settings_word(struct bytes *list, struct bytes *word);

#endif

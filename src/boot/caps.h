/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPS_H
#define CAPS_H

/* Every bound of the model, in one place. What goes beyond is counted, not kept. */
enum {
	CAP_CLIENTS = 4096,        /* default of scope_limits.clients                       */
	CAP_BOOT_BYTES = 40 << 10, /* default of scope_limits.boot_bytes                */
	CAP_ALL_BYTES = 64 << 20,  /* default of scope_limits.all_bytes: touched as used */
	CAP_BOOTS = 4,             /* last boots kept of a client                           */
	CAP_ADDRESSES = 6,         /* of a client                                           */
	CAP_NAME = 64,             /* host name and the like, with its NUL                  */
	CAP_EXCHANGES = 32,        /* DHCP exchanges of a boot                              */
	CAP_REPLIES = 12,          /* distinct DHCP replies of an exchange                  */
	CAP_OPTION = 255,          /* bytes kept of options 43, 66, 67, 17, 60              */
	CAP_TRANSFERS = 256,       /* of a boot; identical refusals after that are counted  */
	CAP_PATH = 255,            /* of a file name or export path                         */
	CAP_KEPT = 12,             /* files whose text is kept, of a boot                   */
	CAP_KEPT_BYTES = 4096,     /* of each                                               */
	CAP_ARP = 12,              /* targets asked for, of a boot                          */
	CAP_CONNECTIONS = 24,      /* TCP connection targets, of a boot                     */
	CAP_MAPS = 16,             /* portmap questions, of a boot                          */
	CAP_MOUNTS = 16,           /* MOUNT conversations, of a boot                        */
	CAP_NFS = 6,               /* NFS servers and versions, of a boot                   */
	CAP_NFS_ERRORS = 12,       /* kinds of NFS error, of an NFS use                     */
	CAP_NFS_NAMES = 8,         /* last names looked up, of an NFS use                   */
	CAP_NFS_OPS = 24,          /* kinds of operation counted apart, of an NFS use        */
	CAP_NFS_SECONDS = 32,      /* of its history                                        */
	CAP_NFS_FILES = 8,         /* last files worked on                                  */
	CAP_NFS_PATH = 72,         /* bytes of each's path, with its NUL                    */
	CAP_HANDLES = 48,          /* file handles with a name, of an NFS use               */
	CAP_REFUSALS = 12,         /* kinds of ICMP error, of a boot                        */
	CAP_LINES = 16,            /* netconsole lines, of a boot                           */
	CAP_LOOKUPS = 12,          /* DNS names, of a boot                                  */
	CAP_NEIGHBOURS = 6,        /* IPv6 neighbours asked for, of a boot                  */
	CAP_SERVERS = 64,          /* of the run                                            */
	CAP_EXPORTS = 64,          /* rows of MOUNT's EXPORT, of the run                    */
	CAP_BRIDGES = 16,          /* STP bridge ports, of the run                          */
	CAP_PORTS = 16,            /* LLDP neighbours, of the run                           */
	CAP_STRANGERS = 32,        /* machines that only asked by ARP so far, of the run    */
	CAP_LIVE = 4096,           /* transfers that a flow can point to; a power of two    */
};

#endif

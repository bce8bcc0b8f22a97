/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel program and spliced agree on, and the only header that C# mirrors (splice/Wire/Abi).
 * A change here changes SPLICE_ABI_VERSION, FORMATS.md and the mirror in the same commit; a new drop reason below
 * SPLICE_DROP_MAX changes no layout, so it needs no new version.
 *
 * "in" is client to backend, "out" is backend to client. Sequence numbers of both directions are kept in
 * client space: as the client sees them on its leg. All of them are host order; addresses and ports are
 * network order. IPv4 addresses are kept v4-mapped (RFC 4291 section 2.5.5.2).
 */
#ifndef SPLICE_ABI_H
#define SPLICE_ABI_H

#include <linux/types.h>

#define SPLICE_ABI_VERSION 3
#define SPLICE_MARK 0x53504c43 /* skb mark of packets that the splice itself sends: not to be rewritten again */

enum splice_direction {
	SPLICE_DIRECTION_IN = 0,
	SPLICE_DIRECTION_OUT = 1,
};

enum splice_state {
	SPLICE_STATE_FREE = 0,	   /* the slot belongs to no flow */
	SPLICE_STATE_HELD = 1,	   /* every packet is dropped: the legs are being frozen or changed */
	SPLICE_STATE_FORWARD = 2,  /* packets are translated */
	SPLICE_STATE_ORPHANED = 3, /* no backend: client payload is tapped, then dropped */
};

#define SPLICE_FLAG_SACK 0x01	      /* both legs negotiated SACK */
#define SPLICE_FLAG_ACK_CEILING 0x02  /* after a handover: acks towards the backend never exceed what it has sent */
#define SPLICE_FLAG_PLAIN 0x04	      /* plain backend: answer bytes beyond answer_end are tapped */
#define SPLICE_FLAG_FIN_RELEASED 0x08 /* the answer is complete: FIN and RST of the backend may pass */

/* Why a packet was dropped; an index into the drops map. */
enum splice_drop {
	SPLICE_DROP_UNKNOWN_FLOW = 0, /* for a service address, but neither a flow's nor a socket's */
	SPLICE_DROP_HELD = 1,
	SPLICE_DROP_ORPHANED = 2,
	SPLICE_DROP_RING_FULL = 3,    /* log or drop: TCP will send it again */
	SPLICE_DROP_FIN_HELD = 4,     /* a bare FIN of a backend that has not completed its answer */
	SPLICE_DROP_RST_HELD = 5,
	SPLICE_DROP_MALFORMED = 6,
	SPLICE_DROP_OLD_SYN = 7,      /* duplicate of the SYN that began the flow */
	SPLICE_DROP_STALE_SLOT = 8,   /* a leg points to a slot that is free: the flow is being removed */
	SPLICE_DROP_STRANGER = 9,     /* unknown for so long that no state can be on its way: left to the stack, which resets it */
	SPLICE_DROP_NO_HOPS = 10,     /* for an address that another proxy has, and its TTL is used up */
	SPLICE_DROP_TOO_BIG = 11,     /* an ICMP message about a packet that is not under way, or that asks for less than every host takes */
	SPLICE_DROP_STRAGGLER = 12,   /* what a client's socket still says after its packets were stolen: see straggler.h */
	SPLICE_DROP_MAX = 16,
};

enum splice_event_type {
	SPLICE_EVENT_CLIENT_DATA = 1, /* payload of a client's segment, before it leaves */
	SPLICE_EVENT_ANSWER_DATA = 2, /* payload of a plain backend's segment beyond answer_end */
	SPLICE_EVENT_CLIENT_FIN = 3,
	SPLICE_EVENT_CLIENT_RST = 4,
	SPLICE_EVENT_CLIENT_SYN = 5,  /* a new SYN from a flow's client address and port: the flow is over */
	SPLICE_EVENT_BACKEND_FIN = 6,
	SPLICE_EVENT_BACKEND_RST = 7,
	SPLICE_EVENT_CLIENT_WAKES = 8, /* a packet without payload on an orphaned flow */
};

/* Key of the legs map: the addresses of a packet as it arrives. */
struct splice_leg_key {
	__u8 source_address[16];
	__u8 destination_address[16];
	__be16 source_port;
	__be16 destination_port;
};

/* Value of the legs map. */
struct splice_leg {
	__u32 slot;	 /* index into the flows map */
	__u32 direction; /* enum splice_direction */
};

/*
 * Value of the flows map, an array that spliced maps into its memory. The first 128 bytes are written by
 * spliced only, the second 128 by the kernel program only, so neither ever overwrites the other.
 */
struct splice_flow {
	__u32 state;		  /* enum splice_state; written last when a flow is installed */
	__u32 flags;		  /* SPLICE_FLAG_* */
	__u32 generation;	  /* raised each time the slot is given to another flow */
	__u32 fence;		  /* low 32 bits of the flow's fence */
	__u8 client_address[16];
	__u8 virtual_address[16];
	__u8 inner_address[16];
	__u8 backend_address[16];
	__be16 client_port;
	__be16 virtual_port;
	__be16 inner_port;
	__be16 backend_port;
	__u32 seq_delta_in;	  /* added to the client's sequence numbers gives the backend leg's */
	__u32 seq_delta_out;	  /* added to the backend's sequence numbers gives the client leg's */
	__u32 logged_seq;	  /* in: everything before is in the input log; acks to the client stop here */
	__u32 answer_end;	  /* out: end of the plain backend's current answer as far as known */
	__u32 front_ifindex;
	__u32 back_ifindex;
	__u8 client_shift;	  /* window scale of the client's own windows */
	__u8 virtual_shift;	  /* window scale promised to the client */
	__u8 inner_shift;	  /* window scale promised to the backend */
	__u8 backend_shift;	  /* window scale of the backend's own windows */
	__u32 client_isn;	  /* the client's initial sequence number, to tell old SYNs from new ones */
	__u8 reserved_user[8];

	/* Tracked by the kernel program, all in client space. */
	__u32 client_ack;	  /* out: highest ack number seen from the client */
	__u32 client_seq_end;	  /* in: highest sequence end the client has sent */
	__u32 client_window;	  /* last window field from the client, unscaled bytes */
	__u32 sent_seq_end;	  /* out: highest sequence end of this backend forwarded to the client */
	__u32 backend_ack;	  /* in: highest ack number of the backend, not clamped */
	__u32 backend_window;	  /* last window from the backend, unscaled bytes */
	__u32 backend_fin_seq;	  /* out: sequence number of the held FIN, valid if tracked_flags says so */
	__u32 tracked_flags;	  /* SPLICE_TRACKED_* */
	__u64 client_seen_ns;	  /* CLOCK_MONOTONIC of the last packet from the client */
	__u64 backend_seen_ns;
	__u64 packets_in;
	__u64 packets_out;
	__u64 bytes_in;		  /* payload bytes forwarded, retransmissions included */
	__u64 bytes_out;
	__u64 client_ack64;	  /* out: client_ack, extended by the times that sequence numbers have wrapped since the SYN */
	__u8 reserved[40];
};

#define SPLICE_TRACKED_CLIENT 0x01	/* client_ack, client_seq_end, client_window are valid */
#define SPLICE_TRACKED_BACKEND 0x02	/* sent_seq_end, backend_ack, backend_window are valid */
#define SPLICE_TRACKED_BACKEND_FIN 0x04 /* backend_fin_seq is valid */
#define SPLICE_TRACKED_CLIENT_FIN 0x08	/* the client's FIN has been forwarded */

/* Key of the services map: addresses whose packets of unknown flows are dropped while state may still arrive. */
struct splice_service_key {
	__u8 address[16];
	__be16 port;	  /* 0: every port (the inner address) */
	__u16 reserved;
};

/* Value of the services map (__u32). */
enum splice_service {
	SPLICE_SERVICE_WAIT = 0,  /* spliced may lack flows: packets of unknown ones are dropped, however long they keep coming */
	SPLICE_SERVICE_RESET = 1, /* spliced knows every flow: what stays unknown is left to the stack, which resets it */
};

enum splice_window {
	SPLICE_WINDOW_ZERO = 0,	   /* always zero */
	SPLICE_WINDOW_LIMITED = 1, /* up to window_edge, unscaled */
	SPLICE_WINDOW_LATER = 2,   /* zero, but the SYN promises unscaled windows: it becomes limited later */
};

/*
 * Value of the connecting map, keyed by inner port (__u32, host order): how spliced's own socket towards a
 * backend is rewritten on egress before the splice. No value: the window is advertised as zero.
 */
struct splice_connecting {
	__u32 window_edge; /* host order, backend space: the right edge of a limited window */
	__u8 limited;	   /* enum splice_window */
	__u8 strip_sack;   /* 1: the client has no SACK, do not offer it to the backend */
	__u16 mss_max;	   /* host order: the MSS option is lowered to this; 0: left alone */
};

/* What the ring buffer carries; payload follows. */
struct splice_event {
	__u32 type;	  /* enum splice_event_type */
	__u32 slot;
	__u32 generation; /* of the slot when the packet passed */
	__u32 fence;	  /* low 32 bits */
	__u32 seq;	  /* client space, of the first payload byte (or of the FIN, RST, SYN) */
	__u32 length;	  /* payload bytes that follow */
	__u64 time_ns;	  /* CLOCK_MONOTONIC */
};

#endif

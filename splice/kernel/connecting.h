/* SPDX-License-Identifier: GPL-2.0 */
/* A packet of the kernel's own socket from the inner address: a connection to a backend before it is spliced. */
#ifndef SPLICE_CONNECTING_H
#define SPLICE_CONNECTING_H

#include "options.h"
#include "translate.h"
#include "verdict.h"

static __always_inline void lower_mss(struct options *options, __u16 mss_max)
{
	int at = find_option(options, OPTION_MSS);
	__u32 mss;

	if (mss_max == 0 || at < 0 || at > OPTIONS_BYTES_MAX - 4)
		return;
	mss = (__u32)options->bytes[at + 2] << 8 | options->bytes[at + 3];
	if (mss <= mss_max)
		return;
	options->bytes[at + 2] = mss_max >> 8;
	options->bytes[at + 3] = mss_max;
}

/* The two legs must agree on what cannot be translated, so the offer to the backend is cut to the client's. */
static __always_inline int cut_offer(struct __sk_buff *skb, const struct packet *packet,
				     const struct splice_connecting *entry, __u64 *difference)
{
	struct options options;
	int at;

	if (load_options(skb, packet, &options))
		return -1;
	lower_mss(&options, entry->mss_max);
	if (entry->strip_sack) {
		at = find_option(&options, OPTION_SACK_PERMITTED);
		if (at >= 0)
			blank_option(&options, at);
	}
	/* A limited window is counted in bytes, so that the backend stops at the very byte. */
	if (entry->limited != SPLICE_WINDOW_ZERO) {
		at = find_option(&options, OPTION_WINDOW_SCALE);
		if (at >= 0 && at <= OPTIONS_BYTES_MAX - 3)
			options.bytes[at + 2] = 0;
	}
	return store_options(skb, packet, &options, difference);
}

/* The window that the backend is shown: none, or up to the edge. */
static __always_inline __u16 shown_window(const struct packet *packet, const struct splice_connecting *entry)
{
	if (!entry || entry->limited != SPLICE_WINDOW_LIMITED || packet->window == 0)
		return 0;
	/* The edge lies in the other leg's sequence space, which a SYN does not know yet. */
	if (packet->flags & TCP_FLAG_SYN || !seq_after(entry->window_edge, packet->ack))
		return 0;
	return window_field(entry->window_edge - packet->ack, 0);
}

static __always_inline int from_own_socket(struct __sk_buff *skb, const struct packet *packet)
{
	__u32 port = bpf_ntohs(packet->key.source_port), *words;
	const struct splice_connecting *entry;
	__u64 difference = 0;

	/* Ends a connection that was never spliced; a window means nothing in it. */
	if (packet->flags & TCP_FLAG_RST)
		return to_stack();
	entry = bpf_map_lookup_elem(&connecting, &port);
	if (entry && is_pure_syn(packet) && packet->options_bytes && cut_offer(skb, packet, entry, &difference))
		return drop(SPLICE_DROP_MALFORMED);
	words = (__u32 *)tcp_header(skb, packet);
	if (!words)
		return drop(SPLICE_DROP_MALFORMED);
	replace32(&words[3], bpf_htonl((bpf_ntohl(words[3]) & 0xffff0000) | shown_window(packet, entry)), &difference);
	if (bpf_l4_csum_replace(skb, packet->tcp_offset + offsetof(struct tcphdr, check), 0, fold32(difference), 0))
		return drop(SPLICE_DROP_MALFORMED);
	return to_stack();
}

#endif

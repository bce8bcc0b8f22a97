# A mail that comes twice under one Message-ID is kept once (RFC 7352): submission may repeat one when a machine dies.
require "duplicate";

if duplicate {
	discard;
	stop;
}

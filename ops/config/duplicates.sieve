# A mail that comes twice under one Message-ID is kept once (RFC 7352): people may send one again that nobody knows to have left.
require "duplicate";

if duplicate {
	discard;
	stop;
}

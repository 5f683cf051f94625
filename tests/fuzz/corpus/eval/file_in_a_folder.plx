ea = ./rro#[E0304]: cannot
=== 
===  rx / ""./no/-sua\uch/filp{0}b"l^^
^^^^

# Parts readings that can be true from those that cannot.
#
#   awk -F, -v highest=METRES -v clean=FILE -v dropped=FILE -f clean.awk tide.csv

BEGIN { printf "" > dropped }
NR == 1 { print > clean; next }
$2 ~ /^[0-9]+(\.[0-9]+)?$/ && $2 <= highest { print > clean; next }
{ print > dropped }

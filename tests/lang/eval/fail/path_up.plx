r = promise / "../x"

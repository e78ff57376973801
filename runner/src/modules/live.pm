# Output at once, not when there is much of it.
$| = 1;

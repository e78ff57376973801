# Output at once, not when there is much of it.
$stdout.sync = true

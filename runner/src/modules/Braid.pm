# What a script in Perl uses as `Braid`.
package Braid;
use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->utf8->allow_nonref;

# What the run was given.
sub input {
    open my $file, '<:raw', $ENV{BRAID_INPUT} or die "the input can't be read: $!";
    local $/;
    return $json->decode(<$file>);
}

# Gives the result of the run: anything that JSON can carry. The last one counts.
sub result {
    my ($value) = @_;
    my $text = $json->encode($value);
    open my $file, '>:raw', $ENV{BRAID_RESULT} or die "the result can't be written: $!";
    print {$file} $text, "\n";
    close $file or die "the result can't be written: $!";
}

1;

# Process 1 of a run's pod: starts the script, passes on what it writes, ends it in time, says how it went. In Perl, for
# every image based on Debian has that (perl-base is essential there), and it takes 5 MB of the run's memory.
#
# /braid/run holds what to do (`plan`) and the files of the run. Each line of the log is a frame,
#
#   nonce offset kind base64
#
# of kind o (stdout), e (stderr), r (result), s (the script starts) or x (it has ended; `frames.ts` reads its fields). The
# offset is how many bytes frames had carried before, so that who reads the log twice takes nothing twice. The script
# never sees the nonce: this process can't be traced, nor its environment or descriptors be opened, by another of its user.
use strict;
use warnings;
use POSIX ();

# It kills all that it may.
$$ == 1 or die "braid: expected to be process 1 of a container\n";

my $piece       = 6144;         # a frame stays below the 16 KiB that container runtimes keep in one piece
my $slow_rate   = 1024 * 1024;  # bytes per second, once the run has said as much as is kept of it
my $max_result  = 1024 * 1024;
my $drain_time  = 5;            # seconds for what is left in the pipes when all writers are dead
my $told_time   = 0.5;          # and when the node waits, which kills after a second
my ( $by_itself, $by_deadline, $by_order ) = ( 0, 1, 2 );

# AUDIT_ARCH_* of linux/audit.h, then the numbers of prctl(2), prlimit(2), socket(2)
my %processors = ( x86_64 => [ 0xc000003e, 157, 302, 41 ], aarch64 => [ 0xc00000b7, 167, 261, 198 ] );

my $processor = $processors{ ( POSIX::uname() )[4] } || die "braid: this processor is not supported\n";
my ( $architecture, $prctl, $prlimit, $socket ) = @$processor;
syscall( $prctl, 4, 0, 0, 0, 0 ) == 0 or die "braid: can't hide from the script: $!\n";    # PR_SET_DUMPABLE
my $nonce = delete $ENV{BRAID_NONCE} or die "braid: there is no nonce\n";
delete @ENV{ 'HOSTNAME', 'PERL_BADLANG', grep { /^KUBERNETES_/ } keys %ENV };

# The order to end comes as a signal from the node, which has no number in here (the script has), or, without waiting for the
# node, as the nonce on standard input.
my ( $child, $told, $listens ) = ( 0, 0, 1 );
my $order = sub { return if $_[1]{pid}; $child ? $told = 1 : POSIX::_exit(143) };
POSIX::sigaction( POSIX::SIGTERM(), POSIX::SigAction->new( $order, POSIX::SigSet->new, POSIX::SA_SIGINFO() ) );

my ( %plan, @command, @files, @environment );
for ( split /\n/, content('plan') ) {
    my ( $key, $value ) = split / /, $_, 2;
    if    ( $key eq 'command' ) { push @command, $value }
    elsif ( $key eq 'file' )    { push @files,   [ split / /, $value, 2 ] }
    elsif ( $key eq 'set' )     { push @environment, split / /, $value, 2 }
    else                        { $plan{$key} = $value }
}
write_file(@$_) for @files;

my $sent = 0;
my $output = 0;
my $began_cpu = cpu_ms();
my $began = now();
( $child, my %pipes ) = start();
frame( 's', '' );
my ( $status, $ended_by ) = ( undef, $by_itself );
follow();
my $wall = now() - $began;
my $kills = oom_kills();
drain();
my $code = $status & 127 ? 128 + ( $status & 127 ) : $status >> 8;
frame( 'x', join ' ', $code, $ended_by, $kills > 0 ? 1 : 0, int( $wall * 1000 ), cpu_ms() - $began_cpu, peak_bytes(), $output );
exit $code;

sub content {
    my ($name) = @_;
    open( my $file, '<:raw', "/braid/run/$name" ) or die "braid: can't read $name: $!\n";
    local $/;
    my $text = <$file>;
    return defined $text ? $text : '';
}

sub write_file {
    my ( $name, $path ) = @_;
    my $folder = '/tmp';
    my @parts  = split m{/}, $path;
    pop @parts;
    for (@parts) { $folder .= "/$_"; mkdir $folder }
    open( my $file, '>:raw', "/tmp/$path" ) or die "braid: can't write $path: $!\n";
    print $file content($name) or die "braid: can't write $path: $!\n";
    close $file or die "braid: can't write $path: $!\n";
}

sub now { return ( POSIX::times() )[0] / POSIX::sysconf( POSIX::_SC_CLK_TCK() ) }

sub limit {
    my ( $resource, $bound ) = @_;
    syscall( $prlimit, 0, $resource, pack( 'QQ', $bound, $bound ), 0 ) == 0 or die "braid: can't set limit $resource: $!\n";
}

sub start {
    my %writers;
    my %readers;
    for (qw(o e r)) { pipe( $readers{$_}, $writers{$_} ) or die "braid: no pipe: $!\n" }
    pipe( my $problem, my $report ) or die "braid: no pipe: $!\n";
    my $pid = fork();
    die "braid: can't start a process: $!\n" unless defined $pid;
    if ( $pid == 0 ) {
        eval { become_script(%writers) };
        syswrite( $report, $@ );
        POSIX::_exit(126);
    }
    close $_ for $report, values %writers;
    local $/;
    my $text = <$problem>;    # ends with nothing when it has become the script
    die $text if length $text;
    return ( $pid, %readers );
}

sub become_script {
    my %writers = @_;
    POSIX::setsid();
    $SIG{TERM} = 'DEFAULT';
    open( STDIN, '<', '/braid/run/stdin' ) or die "braid: no input: $!\n";
    POSIX::dup2( fileno $writers{o}, 1 );
    POSIX::dup2( fileno $writers{e}, 2 );
    POSIX::dup2( fileno $writers{r}, 3 );
    chdir '/tmp';
    %ENV = ( %ENV, HOME => '/tmp', LANG => 'C.UTF-8', TERM => 'xterm-256color', @environment );
    @ENV{qw(BRAID_INPUT BRAID_RESULT)} = ( '/braid/run/input', "/proc/$$/fd/3" );
    limit( 1, $plan{disk} );             # size of a file
    limit( 4, 0 );                       # core dumps
    limit( 6, $plan{processes} + 1 );    # processes of the user, who is this run's alone; this one counts
    limit( 7, 256 );                     # open files
    close_network();
    { no warnings 'exec'; exec {$command[0]} @command }
    die "braid: can't run $command[0]: $!\n";
}

# Network plugins let a pod out for a moment before its policy takes hold, and some for good. So its processes can make no
# sockets but those among themselves: a filter of system calls (seccomp(2), struct sock_filter of linux/filter.h).
sub close_network {
    my ( $kill, $allow ) = ( 0x80000000, 0x7fff0000 );
    my ( $not_permitted, $no_such_family ) = ( 0x00050001, 0x00050061 );
    my @instructions = (
        [ 0x20, 0, 0, 4 ],                  # of which processor is the call?
        [ 0x15, 1, 0, $architecture ],
        [ 0x06, 0, 0, $kill ],
        [ 0x20, 0, 0, 0 ],                  # which call is it?
        [ 0x35, 0, 1, 0x40000000 ],         # of the 32-bit kind
        [ 0x06, 0, 0, $kill ],
        [ 0x15, 0, 1, 425 ],                # io_uring_setup, which leads around this
        [ 0x06, 0, 0, $not_permitted ],
        [ 0x15, 0, 3, $socket ],
        [ 0x20, 0, 0, 16 ],                 # of which family?
        [ 0x15, 1, 0, 1 ],                  # AF_UNIX
        [ 0x06, 0, 0, $no_such_family ],
        [ 0x06, 0, 0, $allow ],
    );
    my $filter = join '', map { pack 'SCCL', @$_ } @instructions;
    my $program = pack 'Sx6P', scalar @instructions, $filter;
    syscall( $prctl, 38, 1, 0, 0, 0 ) == 0 or die "braid: can't give up privileges: $!\n";     # PR_SET_NO_NEW_PRIVS
    syscall( $prctl, 22, 2, $program ) == 0 or die "braid: can't close the network: $!\n";     # PR_SET_SECCOMP
}

# Until the script's own process has ended: by itself, at its deadline, or because the node was told to end the pod.
sub follow {
    my $slow_since;
    until ( defined $status ) {
        my $left = $began + $plan{wall} / 1000 - now();
        $ended_by ||= $told ? $by_order : $left <= 0 ? $by_deadline : $by_itself;
        kill 'KILL', -1 if $ended_by != $by_itself;
        $slow_since = now() if !defined $slow_since && $output > $plan{output};
        my $full = defined $slow_since && $output - $plan{output} > $slow_rate * ( now() - $slow_since );
        pass_on( $left > 0.05 ? 0.05 : $left > 0 ? $left : 0.01, $full ? 'r' : keys %pipes );
        while ( ( my $pid = waitpid( -1, POSIX::WNOHANG() ) ) > 0 ) { $status = $? if $pid == $child }
    }
}

# What all its processes had written when they were killed; none is left then.
sub drain {
    my $end = now() + ( $told ? $told_time : $drain_time );
    while ( %pipes && now() < $end ) {
        kill 'KILL', -1;
        pass_on( 0.05, keys %pipes );
        while ( waitpid( -1, POSIX::WNOHANG() ) > 0 ) { }
    }
    kill 'KILL', -1;
    1 while waitpid( -1, 0 ) > 0 || $!{EINTR};
}

sub pass_on {
    my ( $patience, @kinds ) = @_;
    my $wanted = '';
    vec( $wanted, fileno STDIN, 1 ) = 1 if $listens;
    for ( grep { $pipes{$_} } @kinds ) { vec( $wanted, fileno $pipes{$_}, 1 ) = 1 }
    return unless select( my $ready = $wanted, undef, undef, $patience ) > 0;
    hear() if $listens && vec( $ready, fileno STDIN, 1 );
    for my $kind ( grep { $pipes{$_} && vec( $ready, fileno $pipes{$_}, 1 ) } @kinds ) {
        my $bytes = sysread( $pipes{$kind}, my $data, $piece );
        next if !defined $bytes && $!{EINTR};
        if ( !$bytes ) { delete $pipes{$kind}; next }
        frame( $kind, $data );
        if ( $kind ne 'r' ) { $output += $bytes; next }
        $max_result -= $bytes;
        delete $pipes{r} if $max_result < 0;    # who writes on is told
    }
}

sub hear {
    my $bytes = sysread( STDIN, my $data, $piece );
    $listens = 0 if defined $bytes ? !$bytes : !$!{EINTR};
    $told    = 1 if $bytes && $data =~ /^\Q$nonce\E$/m;
}

sub frame {
    my ( $kind, $data ) = @_;
    my $line = "$nonce $sent $kind " . base64($data) . "\n";
    $sent += length $data;
    while ( length $line ) {
        my $written = syswrite( STDOUT, $line );
        if ( defined $written ) { substr( $line, 0, $written ) = '' }
        elsif ( !$!{EINTR} ) { exit 74 }
    }
}

# MIME::Base64 is not everywhere; uuencoding is built in, and differs by its alphabet only.
sub base64 {
    my ($data) = @_;
    my $text = pack 'u', $data;
    $text =~ s/^.//mg;
    $text =~ tr/\n//d;
    $text =~ tr#` -_#AA-Za-z0-9+/#;
    my $padding = ( 3 - length($data) % 3 ) % 3;
    substr( $text, -$padding ) = '=' x $padding if $padding;
    return $text;
}

# The first group of the first file that has it; control groups of version 2, then of version 1.
sub counter {
    while ( my ( $path, $pattern ) = splice @_, 0, 2 ) {
        open( my $file, '<', "/sys/fs/cgroup/$path" ) or next;
        local $/;
        return $1 if <$file> =~ $pattern;
    }
    return 0;
}

sub oom_kills {
    return counter( 'memory.events', qr/^oom_kill (\d+)/m, 'memory/memory.oom_control', qr/^oom_kill (\d+)/m );
}

sub peak_bytes {
    return counter( 'memory.peak', qr/(\d+)/, 'memory/memory.max_usage_in_bytes', qr/(\d+)/ );
}

sub cpu_ms {
    my $us = counter( 'cpu.stat', qr/usage_usec (\d+)/ );
    return int( ( $us || counter( 'cpuacct/cpuacct.usage', qr/(\d+)/ ) / 1000 ) / 1000 );
}

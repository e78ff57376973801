<?php
// What a script in PHP requires as `braid.php`.
namespace braid;

/** What the run was given. */
function input(): array
{
    return json_decode(file_get_contents(getenv('BRAID_INPUT')), true, 512, JSON_THROW_ON_ERROR);
}

/** Gives the result of the run: anything that JSON can carry. The last one counts. */
function result(mixed $value): void
{
    $text = json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    file_put_contents(getenv('BRAID_RESULT'), $text . "\n");
}

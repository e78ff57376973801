/** Tables of the application's own schema. Append only. */
export const migrations: readonly string[] = [
  // What a source said last. `version` is of the text and of how it is cut and embedded; `indexed` is the one that is found.
  `create table document (
     id text primary key,
     collection text not null,
     source text not null,
     title text not null,
     content text not null default '',
     version text,
     indexed text,
     model text,
     chunks int not null default 0,
     unique (collection, source)
   )`,
  // Chunks on their way: whatever is tried again finds them, and what is searched does not change before all are ready.
  `create table draft (
     document text not null references document on delete cascade,
     version text not null,
     position int not null,
     text text not null,
     hash text not null,
     primary key (document, version, position)
   )`,
  // By what was embedded: equal texts are embedded once.
  `create table embedding (
     hash text not null,
     model text not null,
     vector real[] not null,
     used_at timestamptz not null,
     primary key (hash, model)
   )`,
  `create table chunk (
     document text not null references document on delete cascade,
     position int not null,
     text text not null,
     hash text not null,
     vector real[] not null,
     search tsvector not null generated always as (to_tsvector('english', text)) stored,
     primary key (document, position)
   )`,
  'create index chunk_search on chunk using gin (search)',
  'create index embedding_used_at on embedding (used_at)',
  'create index chunk_hash on chunk (hash)',
  // Vectors have length 1, so the product is the cosine.
  `create function cosine(a real[], b real[]) returns double precision
     language sql immutable strict parallel safe
     return (select sum(x * y) from unnest(a, b) as pair (x, y))`,
]

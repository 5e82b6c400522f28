-- Full text of the newest version, for searching. The words are those of the text, in lower case: documents have no language.

-- PostgreSQL's parser takes minutes for some texts without a space, such as `a_a_a_…`: it tries addresses and paths at every
-- letter. What is between words becomes space before, and then its time is that of the text.
CREATE FUNCTION search_words(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate($1, E'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~«»‹›“”„‚‘’–—…·¡¿', repeat(' ', 48))
$$;

-- A text of very many different words does not fit into a tsvector (1 MiB): of that, the beginning is found.
CREATE FUNCTION search_vector(title text, tags text[], body text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    head TSVECTOR := setweight(to_tsvector('pg_catalog.simple', public.search_words(title)), 'A')
        || setweight(to_tsvector('pg_catalog.simple', public.search_words(array_to_string(tags, ' '))), 'B');
BEGIN
    RETURN head || to_tsvector('pg_catalog.simple', public.search_words(body));
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN head || to_tsvector('pg_catalog.simple', public.search_words(left(body, 100000)));
END $$;

ALTER TABLE "documents" ADD COLUMN "search" TSVECTOR NOT NULL DEFAULT ''::tsvector;

CREATE OR REPLACE FUNCTION show_newest_version() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.documents SET version = NEW.number, title = NEW.title, tags = NEW.tags, clearance = NEW.clearance,
        changed_at = NEW.created_at, bytes = bytes + octet_length(NEW.body) + 1024,
        search = public.search_vector(NEW.title, NEW.tags, NEW.body)
        WHERE id = NEW.document_id;
    RETURN NULL;
END $$;

UPDATE "documents" SET "search" = search_vector(v."title", v."tags", v."body")
    FROM "document_versions" v WHERE v."document_id" = "documents"."id" AND v."number" = "documents"."version";

CREATE INDEX "documents_search_idx" ON "documents" USING GIN ("search");

-- TRUNCATE fires no trigger of a row.
CREATE TRIGGER "events_not_emptied" BEFORE TRUNCATE ON "events"
  FOR EACH STATEMENT EXECUTE FUNCTION "events_are_append_only"();

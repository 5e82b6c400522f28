-- What the service's login may do at run time. It owns nothing; whatever is not listed here, it has not.
GRANT SELECT, INSERT ON "documents" TO :"login";

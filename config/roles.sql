-- The roles, the database and the schemas of Baton. Run by a superuser before the first migrate:
--
--   BATON_OWNER_PASSWORD=... BATON_APP_PASSWORD=... psql --dbname postgres --file config/roles.sql
--
-- Running it again changes nothing but the two passwords. PostgreSQL 16 or later.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\getenv owner_password BATON_OWNER_PASSWORD
\getenv app_password BATON_APP_PASSWORD

SELECT format('CREATE ROLE %I', role)
  FROM unnest(ARRAY['baton_owner', 'baton_app', 'baton_definer']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
SELECT 'CREATE DATABASE baton'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'baton') \gexec

-- Owns the tables and is used by `manage.py migrate` alone. The walls are forced, so they bind it too.
ALTER ROLE baton_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  PASSWORD :'owner_password';
-- Every web process, worker, relay and test. It owns nothing.
ALTER ROLE baton_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  PASSWORD :'app_password';
-- Owns the few SECURITY DEFINER functions that must look before anyone is known. Nobody can sign in as it.
ALTER ROLE baton_definer NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
-- A migration may hand a function over to the definer, and inherits none of its rights.
GRANT baton_definer TO baton_owner WITH INHERIT FALSE, SET TRUE;
ALTER DATABASE baton OWNER TO baton_owner;

\connect baton
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER SCHEMA public OWNER TO baton_owner;
CREATE SCHEMA IF NOT EXISTS wall AUTHORIZATION baton_owner;
REVOKE ALL ON SCHEMA public, wall FROM PUBLIC;
GRANT USAGE ON SCHEMA public, wall TO baton_app, baton_definer;
-- PostgreSQL asks a function's new owner for CREATE on its schema.
GRANT CREATE ON SCHEMA wall TO baton_definer;

--
-- PostgreSQL database cluster dump
--

\restrict xaoRIJQ448aL0cOBm3seQwydirrywbDfxHxUfHMFIJhIXGOezNgxoG8XPPPP1WQ

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

CREATE ROLE "Odd Role";
ALTER ROLE "Odd Role" WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 3 PASSWORD 'SCRAM-SHA-256$4096:sdckv9v29yu4MBKunsJmuQ==$fYgc0RYa6X2YjH3Qw7zuI+3wIiYxQ0pz+Hmekou2gR4=:6TJ9AiviTr0wl8N0ZPMkti11Qq2gjw/mQf5Ih4Du4Ow=';
CREATE ROLE keeper;
ALTER ROLE keeper WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;

--
-- User Configurations
--

--
-- User Config "keeper"
--

ALTER ROLE keeper SET work_mem TO '8MB';


--
-- Role memberships
--

GRANT keeper TO "Odd Role" GRANTED BY postgres;






\unrestrict xaoRIJQ448aL0cOBm3seQwydirrywbDfxHxUfHMFIJhIXGOezNgxoG8XPPPP1WQ

--
-- PostgreSQL database cluster dump complete
--


--
-- PostgreSQL database cluster dump
--

\restrict SMgdL0I52o33BiWP6fodt3SzIXfUzCDC4evOYviVQpgkJ1dLh5jO8P2bTK4Lech

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Drop databases (except postgres and template1)
--

DROP DATABASE IF EXISTS "My Shop";
DROP DATABASE IF EXISTS "o""clock's";
DROP DATABASE IF EXISTS shop;




--
-- Drop roles
--

DROP ROLE IF EXISTS "Odd Role";
DROP ROLE IF EXISTS keeper;
DROP ROLE IF EXISTS postgres;


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






\unrestrict SMgdL0I52o33BiWP6fodt3SzIXfUzCDC4evOYviVQpgkJ1dLh5jO8P2bTK4Lech

--
-- Databases
--

--
-- Database "template1" dump
--

--
-- PostgreSQL database dump
--

\restrict ckkTidMuojJ5sWIrUiUsgIIkSkQXuhKjiRBhCccF1NhTwC286tu4QNosUCBrPmX

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

UPDATE pg_catalog.pg_database SET datistemplate = false WHERE datname = 'template1';
DROP DATABASE template1;
--
-- Name: template1; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE template1 WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE template1 OWNER TO postgres;

\unrestrict ckkTidMuojJ5sWIrUiUsgIIkSkQXuhKjiRBhCccF1NhTwC286tu4QNosUCBrPmX
\connect template1
\restrict ckkTidMuojJ5sWIrUiUsgIIkSkQXuhKjiRBhCccF1NhTwC286tu4QNosUCBrPmX

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE template1; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON DATABASE template1 IS 'default template for new databases';


--
-- Name: template1; Type: DATABASE PROPERTIES; Schema: -; Owner: postgres
--

ALTER DATABASE template1 IS_TEMPLATE = true;


\unrestrict ckkTidMuojJ5sWIrUiUsgIIkSkQXuhKjiRBhCccF1NhTwC286tu4QNosUCBrPmX
\connect template1
\restrict ckkTidMuojJ5sWIrUiUsgIIkSkQXuhKjiRBhCccF1NhTwC286tu4QNosUCBrPmX

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE template1; Type: ACL; Schema: -; Owner: postgres
--

REVOKE CONNECT,TEMPORARY ON DATABASE template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE template1 TO PUBLIC;


--
-- PostgreSQL database dump complete
--

\unrestrict ckkTidMuojJ5sWIrUiUsgIIkSkQXuhKjiRBhCccF1NhTwC286tu4QNosUCBrPmX

--
-- Database "My Shop" dump
--

--
-- PostgreSQL database dump
--

\restrict klCmz2kNqJCk1srfhc4LpJ80i13TAqa4EaPPSscgzcJEHNmYqptgW8fSQXz1Ne8

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: My Shop; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE "My Shop" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE "My Shop" OWNER TO postgres;

\unrestrict klCmz2kNqJCk1srfhc4LpJ80i13TAqa4EaPPSscgzcJEHNmYqptgW8fSQXz1Ne8
\encoding SQL_ASCII
\connect -reuse-previous=on "dbname='My Shop'"
\restrict klCmz2kNqJCk1srfhc4LpJ80i13TAqa4EaPPSscgzcJEHNmYqptgW8fSQXz1Ne8

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: Odd; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "Odd";


ALTER SCHEMA "Odd" OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: T t; Type: TABLE; Schema: Odd; Owner: postgres
--

CREATE TABLE "Odd"."T t" (
    a integer
);


ALTER TABLE "Odd"."T t" OWNER TO postgres;

--
-- Data for Name: T t; Type: TABLE DATA; Schema: Odd; Owner: postgres
--

INSERT INTO "Odd"."T t" VALUES (1);
INSERT INTO "Odd"."T t" VALUES (2);


--
-- PostgreSQL database dump complete
--

\unrestrict klCmz2kNqJCk1srfhc4LpJ80i13TAqa4EaPPSscgzcJEHNmYqptgW8fSQXz1Ne8

--
-- Database "o"clock's" dump
--

--
-- PostgreSQL database dump
--

\restrict biVvNQRov2nxAIAHBG88eEYV7GHWfeZTw2E9im1jSv9wtc6YVOAVi4gX4y4nK0x

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: o"clock's; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE "o""clock's" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE "o""clock's" OWNER TO postgres;

\unrestrict biVvNQRov2nxAIAHBG88eEYV7GHWfeZTw2E9im1jSv9wtc6YVOAVi4gX4y4nK0x
\encoding SQL_ASCII
\connect -reuse-previous=on "dbname='o""clock\'s'"
\restrict biVvNQRov2nxAIAHBG88eEYV7GHWfeZTw2E9im1jSv9wtc6YVOAVi4gX4y4nK0x

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: hours; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.hours (
    h integer
);


ALTER TABLE public.hours OWNER TO postgres;

--
-- Data for Name: hours; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.hours VALUES (9);


--
-- PostgreSQL database dump complete
--

\unrestrict biVvNQRov2nxAIAHBG88eEYV7GHWfeZTw2E9im1jSv9wtc6YVOAVi4gX4y4nK0x

--
-- Database "postgres" dump
--

--
-- PostgreSQL database dump
--

\restrict mdcDi4Ck8Sv5XoKeViUxmEF9cB2n5Ym8p3zpIF0Yeb9WKv29ecgkLgL6Kydqcmz

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

DROP DATABASE postgres;
--
-- Name: postgres; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE postgres WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE postgres OWNER TO postgres;

\unrestrict mdcDi4Ck8Sv5XoKeViUxmEF9cB2n5Ym8p3zpIF0Yeb9WKv29ecgkLgL6Kydqcmz
\connect postgres
\restrict mdcDi4Ck8Sv5XoKeViUxmEF9cB2n5Ym8p3zpIF0Yeb9WKv29ecgkLgL6Kydqcmz

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE postgres; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON DATABASE postgres IS 'default administrative connection database';


--
-- PostgreSQL database dump complete
--

\unrestrict mdcDi4Ck8Sv5XoKeViUxmEF9cB2n5Ym8p3zpIF0Yeb9WKv29ecgkLgL6Kydqcmz

--
-- Database "shop" dump
--

--
-- PostgreSQL database dump
--

\restrict OffzzN9e45lwGIyu6jJ82La4pB0L7WqB7Fpw81gD6RcSFcZ8fHJGidKdDFLX0cH

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: DATABASE; Schema: -; Owner: keeper
--

CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE shop OWNER TO keeper;

\unrestrict OffzzN9e45lwGIyu6jJ82La4pB0L7WqB7Fpw81gD6RcSFcZ8fHJGidKdDFLX0cH
\connect shop
\restrict OffzzN9e45lwGIyu6jJ82La4pB0L7WqB7Fpw81gD6RcSFcZ8fHJGidKdDFLX0cH

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: DATABASE PROPERTIES; Schema: -; Owner: keeper
--

ALTER DATABASE shop SET "TimeZone" TO 'UTC';
ALTER ROLE keeper IN DATABASE shop SET statement_timeout TO '1h';


\unrestrict OffzzN9e45lwGIyu6jJ82La4pB0L7WqB7Fpw81gD6RcSFcZ8fHJGidKdDFLX0cH
\connect shop
\restrict OffzzN9e45lwGIyu6jJ82La4pB0L7WqB7Fpw81gD6RcSFcZ8fHJGidKdDFLX0cH

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: goods; Type: TABLE; Schema: public; Owner: keeper
--

CREATE TABLE public.goods (
    id integer NOT NULL,
    name text NOT NULL
);


ALTER TABLE public.goods OWNER TO keeper;

--
-- Name: orders; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.orders (
    id integer NOT NULL,
    goods integer
);


ALTER TABLE public.orders OWNER TO postgres;

--
-- Data for Name: goods; Type: TABLE DATA; Schema: public; Owner: keeper
--

INSERT INTO public.goods VALUES (1, 'tea');
INSERT INTO public.goods VALUES (2, '\connect "My Shop"');
INSERT INTO public.goods VALUES (3, 'milk');


--
-- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.orders VALUES (10, 1);
INSERT INTO public.orders VALUES (11, 3);


--
-- Name: goods goods_pkey; Type: CONSTRAINT; Schema: public; Owner: keeper
--

ALTER TABLE ONLY public.goods
    ADD CONSTRAINT goods_pkey PRIMARY KEY (id);


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


--
-- Name: orders orders_goods_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_goods_fkey FOREIGN KEY (goods) REFERENCES public.goods(id);


--
-- Name: DATABASE shop; Type: ACL; Schema: -; Owner: keeper
--

GRANT CONNECT ON DATABASE shop TO "Odd Role";


--
-- PostgreSQL database dump complete
--

\unrestrict OffzzN9e45lwGIyu6jJ82La4pB0L7WqB7Fpw81gD6RcSFcZ8fHJGidKdDFLX0cH

--
-- PostgreSQL database cluster dump complete
--


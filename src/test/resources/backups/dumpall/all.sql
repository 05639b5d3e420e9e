--
-- PostgreSQL database cluster dump
--

\restrict Ph53ogXmpU0z0GRNQaedreJRQp9K34ZqOsBdwxdIz0WOgadc7QtOASQBflvFtVF

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






\unrestrict Ph53ogXmpU0z0GRNQaedreJRQp9K34ZqOsBdwxdIz0WOgadc7QtOASQBflvFtVF

--
-- Databases
--

--
-- Database "template1" dump
--

\connect template1

--
-- PostgreSQL database dump
--

\restrict tHeAMDYowHygAEhf7MOvAn0od9MKOjiDvrtj1mcm0z9pHblU4taPoVteeOjfPuf

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
-- PostgreSQL database dump complete
--

\unrestrict tHeAMDYowHygAEhf7MOvAn0od9MKOjiDvrtj1mcm0z9pHblU4taPoVteeOjfPuf

--
-- Database "My Shop" dump
--

--
-- PostgreSQL database dump
--

\restrict GsHditIQD5eYqC2lncbNpPBdgxIXoIchnqz7cVkrjkKBd1BllccaLzNsrSHyl2o

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

\unrestrict GsHditIQD5eYqC2lncbNpPBdgxIXoIchnqz7cVkrjkKBd1BllccaLzNsrSHyl2o
\encoding SQL_ASCII
\connect -reuse-previous=on "dbname='My Shop'"
\restrict GsHditIQD5eYqC2lncbNpPBdgxIXoIchnqz7cVkrjkKBd1BllccaLzNsrSHyl2o

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

COPY "Odd"."T t" (a) FROM stdin;
1
2
\.


--
-- PostgreSQL database dump complete
--

\unrestrict GsHditIQD5eYqC2lncbNpPBdgxIXoIchnqz7cVkrjkKBd1BllccaLzNsrSHyl2o

--
-- Database "o"clock's" dump
--

--
-- PostgreSQL database dump
--

\restrict 5faOf6GLAiNP3cbUBVfLnhKqPQ1ttFDP5dVoVHU8f08INiyHuvz8FZLOpNRz4R7

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

\unrestrict 5faOf6GLAiNP3cbUBVfLnhKqPQ1ttFDP5dVoVHU8f08INiyHuvz8FZLOpNRz4R7
\encoding SQL_ASCII
\connect -reuse-previous=on "dbname='o""clock\'s'"
\restrict 5faOf6GLAiNP3cbUBVfLnhKqPQ1ttFDP5dVoVHU8f08INiyHuvz8FZLOpNRz4R7

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

COPY public.hours (h) FROM stdin;
9
\.


--
-- PostgreSQL database dump complete
--

\unrestrict 5faOf6GLAiNP3cbUBVfLnhKqPQ1ttFDP5dVoVHU8f08INiyHuvz8FZLOpNRz4R7

--
-- Database "postgres" dump
--

\connect postgres

--
-- PostgreSQL database dump
--

\restrict 1KgecT2gXU290aySWy7GOtll9wNsnxPxFw7Z3G5Lx5OWbDxzZasYkd8pvQPkkww

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
-- PostgreSQL database dump complete
--

\unrestrict 1KgecT2gXU290aySWy7GOtll9wNsnxPxFw7Z3G5Lx5OWbDxzZasYkd8pvQPkkww

--
-- Database "shop" dump
--

--
-- PostgreSQL database dump
--

\restrict R5cgn4ulamfGWLLpa39briaoH98IvhyXPUkUcbt1JFLXnpvC9ln7TasoN6nvf7Y

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

\unrestrict R5cgn4ulamfGWLLpa39briaoH98IvhyXPUkUcbt1JFLXnpvC9ln7TasoN6nvf7Y
\connect shop
\restrict R5cgn4ulamfGWLLpa39briaoH98IvhyXPUkUcbt1JFLXnpvC9ln7TasoN6nvf7Y

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


\unrestrict R5cgn4ulamfGWLLpa39briaoH98IvhyXPUkUcbt1JFLXnpvC9ln7TasoN6nvf7Y
\connect shop
\restrict R5cgn4ulamfGWLLpa39briaoH98IvhyXPUkUcbt1JFLXnpvC9ln7TasoN6nvf7Y

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

COPY public.goods (id, name) FROM stdin;
1	tea
2	\\connect "My Shop"
3	milk
\.


--
-- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.orders (id, goods) FROM stdin;
10	1
11	3
\.


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

\unrestrict R5cgn4ulamfGWLLpa39briaoH98IvhyXPUkUcbt1JFLXnpvC9ln7TasoN6nvf7Y

--
-- PostgreSQL database cluster dump complete
--


create table if not exists parcel (
    id bigint generated always as identity primary key,
    customer varchar(100) not null,
    reference varchar(100) not null unique,
    state varchar(20) not null,
    handed_over bigint
);

create table if not exists incident (
    id bigint generated always as identity primary key,
    what varchar(20) not null,
    customer varchar(100) not null,
    operation bigint not null,
    error varchar(1000)
);

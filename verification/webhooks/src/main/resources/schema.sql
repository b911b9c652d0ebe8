-- Every receipt, also of a delivery that has come before.
create table if not exists receipt (
    id bigint generated always as identity primary key,
    delivery varchar(300) not null,
    repository varchar(200) not null
);

-- Where the branches of the repositories stand.
create table if not exists branch (
    repository varchar(200) not null,
    ref varchar(200) not null,
    head varchar(40) not null,
    pushes int not null,
    primary key (repository, ref)
);

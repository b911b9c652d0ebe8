package io.keyedsequential.migration;

record Order(String customer, int number) {}

#!/bin/sh
# Breaks the engine on purpose and shows which test notices: mutations.sh [part of a name]
# FROM and TO are the numbers of the first and the last one: two halves take two checkouts, since both work in target.
# On a busy machine SECONDS_FOR_TESTS (60) and PATIENCE (10) are to be more: a table counts what is late as caught.
# Needs `mvn -q test-compile` of this module and of core before. CORE names other sources of the engine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
core=${CORE:-$here/../../keyedsequential-core/src/main/java}
work=$here/target/mutations
mkdir -p "$work"
mvn -q -B -f "$here/../../pom.xml" -pl keyedsequential-core,verification/concurrency -am test-compile \
    dependency:build-classpath -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test >"$work/maven.log"
flags="-XX:+EnableDynamicAgentLoading -XX:ActiveProcessorCount=1 -Xshare:off \
--add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED \
--add-exports=java.base/jdk.internal.util=ALL-UNNAMED"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${FROM:+-Dmutations.from=$FROM} ${TO:+-Dmutations.to=$TO} \
    ${SECONDS_FOR_TESTS:+-Dmutations.seconds=$SECONDS_FOR_TESTS} ${PATIENCE:+-Dmutations.patience=$PATIENCE} \
    ${SKIP_BASELINE:+-Dmutations.skipBaseline=true} -Dmutations.flags="$flags" \
    -cp "$here/target/test-classes:$here/target/classes:$here/../../keyedsequential-core/target/test-classes:$(cat "$work/classpath")" \
    io.keyedsequential.mutations.MutationRunner "$core" "$work" "$@"

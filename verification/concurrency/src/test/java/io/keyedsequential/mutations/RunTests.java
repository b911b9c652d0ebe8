package io.keyedsequential.mutations;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs one JUnit class and exits with 1 at the first failure, whose name it prints. */
final class RunTests {

    private RunTests() {}

    public static void main(String[] args) {
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(args[0]))
                .build();
        int[] ran = new int[1];
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                ran[0] += test.isTest() ? 1 : 0;
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    System.out.println("FAILED " + test.getDisplayName().replace("()", ""));
                    result.getThrowable().ifPresent(e -> System.out.println(e));
                    System.out.flush();
                    Runtime.getRuntime().halt(1); // threads of a broken engine may never end
                }
            }
        });
        System.out.flush();
        Runtime.getRuntime().halt(ran[0] > 0 ? 0 : 2);
    }
}

package io.keyedsequential.mutations;

import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs JUnit classes and exits with 1 at the first failure. Prints the name of every test when it begins, and of that. */
final class RunTests {

    private RunTests() {}

    public static void main(String[] args) {
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        Arrays.stream(args).map(DiscoverySelectors::selectClass).toList())
                .build();
        int[] ran = new int[1];
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionStarted(TestIdentifier test) {
                if (test.isTest()) {
                    System.out.println("BEGUN " + name(test));
                }
            }

            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                ran[0] += test.isTest() ? 1 : 0;
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    System.out.println("FAILED " + name(test));
                    result.getThrowable().ifPresent(e -> System.out.println(e));
                    System.out.flush();
                    Runtime.getRuntime().halt(1); // threads of a broken engine may never end
                }
            }
        });
        System.out.flush();
        Runtime.getRuntime().halt(ran[0] > 0 ? 0 : 2);
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(source -> source.getJavaClass().getSimpleName() + "." + source.getMethodName())
                .orElse(test.getDisplayName());
    }
}

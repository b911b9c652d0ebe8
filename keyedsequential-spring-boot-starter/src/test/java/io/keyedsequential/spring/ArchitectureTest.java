package io.keyedsequential.spring;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.elements.ClassesShould;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "io.keyedsequential.spring";
    private static final int MOST_FILES = 115;
    private static final int MOST_PUBLIC_TYPES = 66;
    private static final String CARRIERS = ROOT + ".aop.context..";
    private static final String REACTIVE = ROOT + ".aop.reactive..";

    private static final JavaClasses ours = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void theAnnotationImportsNothingOfOurs() {
        ourImports("annotation").onlyDependOnClassesThat(in("annotation")).check(ours);
    }

    @Test
    void atomsImportOnlyCore() {
        ourImports("atom").onlyDependOnClassesThat(in("atom").or(CORE)).check(ours);
    }

    @Test
    void enginesImportAtomsAndCore() {
        ourImports("engine")
                .onlyDependOnClassesThat(in("engine").or(in("atom")).or(CORE))
                .check(ours);
    }

    @Test
    void adviceImportsAnnotationAtomsEnginesAndCore() {
        ourImports("aop")
                .onlyDependOnClassesThat(in("aop")
                        .or(in("annotation"))
                        .or(in("atom"))
                        .or(in("engine"))
                        .or(CORE))
                .check(ours);
    }

    /** They are made of a text and a method: what a call does with them is the advice's affair. */
    @Test
    void keyExpressionsKnowNothingOfTheAdvice() {
        ourImports("aop.key")
                .onlyDependOnClassesThat(in("aop.key").or(in("atom")).or(CORE))
                .check(ours);
    }

    @Test
    void theEndpointImportsAtomsAndCore() {
        ourImports("actuate")
                .onlyDependOnClassesThat(in("actuate").or(in("atom")).or(CORE))
                .check(ours);
    }

    @Test
    void testSupportImportsAtomsAndCore() {
        ourImports("test")
                .onlyDependOnClassesThat(in("test").or(in("atom")).or(CORE))
                .check(ours);
    }

    @Test
    void onlyAssertionsKnowAssertJ() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Assert")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.assertj..")
                .check(ours);
    }

    @Test
    void metricsImportAtomsAndCore() {
        ourImports("metrics")
                .onlyDependOnClassesThat(in("metrics").or(in("atom")).or(CORE))
                .check(ours);
    }

    @Test
    void nobodyImportsAutoConfiguration() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".autoconfigure..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".autoconfigure..")
                .check(ours);
    }

    @Test
    void onlyTheEndpointKnowsActuator() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".annotation..", ROOT + ".atom..", ROOT + ".engine..", ROOT + ".aop..")
                .and()
                .resideOutsideOfPackage(CARRIERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.boot.actuate..", "io.micrometer..")
                .check(ours);
    }

    /** Each is loaded only where its library is, so that nothing else may need them. */
    @Test
    void onlyAutoConfigurationKnowsWhatCarriesTheCallersContext() {
        noClasses()
                .that()
                .resideOutsideOfPackages(CARRIERS, ROOT + ".autoconfigure..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CARRIERS)
                .check(ours);
        noClasses()
                .that()
                .resideInAPackage(CARRIERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".aop", "org.springframework.boot..", "io.micrometer.core..")
                .check(ours);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(ours);
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(ours);
    }

    /**
     * What a reader has to find the way through. The numbers may only be lowered: a class that one other class uses is
     * nested in it, and what only auto-configuration uses is not public.
     */
    @Test
    void filesAndPublicTypesOnlyBecomeFewer() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))).hasSizeLessThanOrEqualTo(MOST_FILES);
        }
        assertThat(ours.stream()
                        .filter(type ->
                                type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getName))
                .hasSizeLessThanOrEqualTo(MOST_PUBLIC_TYPES);
    }

    /** A class may be loaded again in the same process, by devtools or in another context: nothing must outlive a context. */
    @Test
    void nothingIsKeptInStaticFields() {
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .andShould()
                .notHaveRawType(assignableTo(Map.class)
                        .or(assignableTo(Collection.class))
                        .or(assignableTo(ThreadLocal.class))
                        .or(JavaClass.Predicates.resideInAPackage("java.util.concurrent..")))
                .check(ours);
    }

    /** Reactor may be absent: only what a call of a method that returns one of its types reaches may need it. */
    @Test
    void onlyWhatRunsReactiveMethodsKnowsReactor() {
        noClasses()
                .that()
                .resideOutsideOfPackage(REACTIVE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("reactor..", "org.reactivestreams..")
                .check(ours);
    }

    /** It knows nothing of the advice, and the advice has one class that is loaded for it, beside what asks for that. */
    @Test
    void reactiveMethodsHaveOneWayInAndKnowOnlyCore() {
        ourImports("aop.reactive")
                .onlyDependOnClassesThat(in("aop.reactive").or(CORE))
                .check(ours);
        noClasses()
                .that()
                .resideOutsideOfPackage(REACTIVE)
                .and()
                .haveNameNotMatching(".*\\.aop\\.(InvocationTarget\\$ReactiveTarget|ReturnStyle)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(REACTIVE)
                .check(ours);
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.aop\\.InvocationTarget\\$ReactiveTarget(\\$.*)?")
                .and()
                .resideOutsideOfPackage(REACTIVE)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(REACTIVE)
                        .and(DescribedPredicate.not(JavaClass.Predicates.simpleName("ReactiveCalls"))))
                .check(ours);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(ours.stream().map(type -> type.getPackage()).distinct())
                .isNotEmpty()
                .allMatch(type -> type.isAnnotatedWith(NullMarked.class));
    }

    private static final DescribedPredicate<JavaClass> CORE =
            JavaClass.Predicates.resideInAnyPackage("io.keyedsequential", "io.keyedsequential.signal");

    private static final DescribedPredicate<JavaClass> FOREIGN =
            JavaClass.Predicates.resideOutsideOfPackage("io.keyedsequential..");

    private static DescribedPredicate<JavaClass> in(String name) {
        return JavaClass.Predicates.resideInAPackage(ROOT + "." + name + "..").or(FOREIGN);
    }

    private static ClassesShould ourImports(String name) {
        return classes().that().resideInAPackage(ROOT + "." + name + "..").should();
    }
}

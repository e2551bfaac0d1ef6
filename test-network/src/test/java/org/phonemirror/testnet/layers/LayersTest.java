package org.phonemirror.testnet.layers;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.phonemirror.container.StartCheck;

/** What may know of what. */
@AnalyzeClasses(packages = "org.phonemirror", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {
  private static final String OURS = "org.phonemirror..";
  private static final String PROTOCOL = "org.phonemirror.sync..";
  private static final String CLIENT = "org.phonemirror.client..";
  private static final String CORE = "org.phonemirror.core..";
  private static final String HSS = "org.phonemirror.hss..";
  private static final String SIP = "org.phonemirror.sip..";
  private static final String CONTAINER = "org.phonemirror.container..";
  private static final String TEST_NETWORK = "org.phonemirror.testnet..";
  private static final String[] SIP_APIS = {
    "javax.servlet..", "javax.sip..", "gov.nist..", "org.mobicents.servlet.."
  };
  private static final String DIAMETER_API = "org.jdiameter..";

  @ArchTest
  static final ArchRule theProtocolIsPlainJava =
      classes()
          .that()
          .resideInAPackage(PROTOCOL)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "javax.crypto..", PROTOCOL);

  @ArchTest
  static final ArchRule theSynClientKnowsTheProtocolOnly =
      noClasses()
          .that()
          .resideInAPackage(CLIENT)
          .should()
          .dependOnClassesThat(oursExcept(PROTOCOL, CLIENT));

  @ArchTest
  static final ArchRule theCoreKnowsTheProtocolOnly =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat(oursExcept(PROTOCOL, CORE));

  @ArchTest
  static final ArchRule theCoreKnowsNoSip =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SIP_APIS);

  @ArchTest
  static final ArchRule theCoreKnowsNoDiameter =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DIAMETER_API);

  @ArchTest
  static final ArchRule theHssAdapterKnowsTheCoreOnly =
      noClasses()
          .that()
          .resideInAPackage(HSS)
          .should()
          .dependOnClassesThat(oursExcept(PROTOCOL, CORE, HSS));

  @ArchTest
  static final ArchRule theHssAdapterKnowsNoSip =
      noClasses()
          .that()
          .resideInAPackage(HSS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SIP_APIS);

  @ArchTest
  static final ArchRule theSipApplicationKnowsNoDiameterStack =
      noClasses()
          .that()
          .resideInAPackage(SIP)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DIAMETER_API);

  @ArchTest
  static final ArchRule theProductKnowsNoTestNetwork =
      noClasses()
          .that()
          .resideInAnyPackage(PROTOCOL, CLIENT, CORE, HSS, SIP, CONTAINER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(TEST_NETWORK);

  @ArchTest
  static final ArchRule theCoresPackagesHaveNoCycles =
      slices().matching("org.phonemirror.core.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyProgramsExit =
      noClasses()
          .that(are(libraries()))
          .and()
          .doNotBelongToAnyOf(StartCheck.class) // its very task is to end a server that can't start
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule librariesPrintNothing =
      noClasses().that(are(libraries())).should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule librariesLogByTheFacade =
      noClasses().that(are(libraries())).should(USE_JAVA_UTIL_LOGGING);

  private static DescribedPredicate<JavaClass> oursExcept(String... packages) {
    return resideInAnyPackage(OURS).and(DescribedPredicate.not(resideInAnyPackage(packages)));
  }

  /** All but what has a main method of its own. */
  private static DescribedPredicate<JavaClass> libraries() {
    return DescribedPredicate.describe("no programs", type -> !isProgram(outermost(type)));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(LayersTest::outermost).orElse(type);
  }

  private static boolean isProgram(JavaClass type) {
    return type.tryGetMethod("main", String[].class).isPresent();
  }
}

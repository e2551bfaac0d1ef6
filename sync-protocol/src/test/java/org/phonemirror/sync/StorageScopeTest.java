package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StorageScopeTest {
  @Test
  void whatIsExcludedDoesNotCountNorWhatIsBelow() {
    StorageScope scope = StorageScope.parse("", "home/.cache:**/*.tmp: **/thumb*s");
    assertThat(scope.covers("")).isTrue();
    assertThat(scope.covers("home")).isTrue();
    assertThat(scope.covers("home/.cache")).isFalse();
    assertThat(scope.covers("home/.cache/w3m/1")).isFalse();
    assertThat(scope.covers("home/.cachet")).isTrue();
    assertThat(scope.covers("a/b/c.tmp")).isFalse();
    assertThat(scope.covers("c.tmp")).isFalse();
    assertThat(scope.covers("a/thumbnails/x")).isFalse();
    assertThat(scope.covers("a/thumb")).isTrue();
  }

  @Test
  void whatIsIncludedCountsAndSoDoTheDirectoriesOnTheWay() {
    StorageScope scope = StorageScope.parse("media/0:data/*/files", "media/0/trash");
    assertThat(scope.covers("media")).isTrue();
    assertThat(scope.covers("media/0/photo")).isTrue();
    assertThat(scope.covers("media/1")).isFalse();
    assertThat(scope.covers("media/0/trash/x")).isFalse();
    assertThat(scope.covers("data/app/files/a")).isTrue();
    assertThat(scope.covers("data/app/cache")).isFalse();
  }

  @Test
  void aWrongPatternIsNamed() {
    for (String wrong : List.of("/abs", "a//b", "a/../b", "**/", "a/**/b")) {
      assertThatThrownBy(() -> new StorageScope(List.of(), List.of(wrong)))
          .hasMessageContaining("'" + wrong + "'");
    }
    assertThatThrownBy(() -> new StorageScope(List.of("**/a"), List.of()))
        .hasMessageContaining("begin at the top");
  }
}

package org.phonemirror.hss.sh;

import java.util.Optional;
import java.util.function.BiConsumer;
import org.jdiameter.api.Answer;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.NetworkReqListener;
import org.jdiameter.api.Request;
import org.jdiameter.api.ResultCode;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.hss.profile.RepositoryData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the HSS's notifications and answers them (PNR, TS 29.328 §6.1.4). */
final class PushNotifications implements NetworkReqListener {
  private static final Logger log = LoggerFactory.getLogger(PushNotifications.class);

  private final ShConfig config;
  private final BiConsumer<Impu, RepositoryData> changed;

  PushNotifications(ShConfig config, BiConsumer<Impu, RepositoryData> changed) {
    this.config = config;
    this.changed = changed;
  }

  @Override
  public Answer processRequest(Request request) {
    Answer answer = request.createAnswer();
    Answers.complete(answer, config.host(), config.realm(), process(request));
    return answer;
  }

  private Result process(Request request) {
    if (request.getCommandCode() != Sh.PNR) {
      log.warn("command {} of the HSS is not supported", request.getCommandCode());
      return new Result(ResultCode.COMMAND_UNSUPPORTED, false);
    }
    try {
      Optional<AvpSet> identity = Avps.group(request.getAvps(), Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
      if (identity.isEmpty()) {
        return missing("User-Identity");
      }
      Optional<String> uri = Avps.text(identity.get(), Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP);
      Optional<String> document = Avps.text(request.getAvps(), Sh.USER_DATA, Avps.VENDOR_3GPP);
      if (uri.isEmpty() || document.isEmpty()) {
        return missing(uri.isEmpty() ? "Public-Identity" : "User-Data");
      }
      Impu user = new Impu(uri.get());
      Optional<RepositoryData> data =
          RepositoryData.fromShData(document.get(), config.serviceIndication());
      if (data.isEmpty()) {
        log.warn("notification about {} is not about {}", user, config.serviceIndication());
        return new Result(ResultCode.UNABLE_TO_COMPLY, false);
      }
      changed.accept(user, data.get());
      return Result.SUCCESS;
    } catch (AvpDataException | MalformedDocumentException | IllegalArgumentException e) {
      log.warn("notification of the HSS cannot be read: {}", e.getMessage());
      return new Result(ResultCode.INVALID_AVP_VALUE, false);
    } catch (RuntimeException e) {
      log.error("the receiver of a notification of the HSS failed", e);
      return new Result(ResultCode.UNABLE_TO_COMPLY, false);
    }
  }

  private static Result missing(String avp) {
    log.warn("notification of the HSS lacks {}", avp);
    return new Result(ResultCode.MISSING_AVP, false);
  }
}

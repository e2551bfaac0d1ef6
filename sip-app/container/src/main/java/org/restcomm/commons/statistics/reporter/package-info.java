/** In place of the container's restcomm-statistics library. */
package org.restcomm.commons.statistics.reporter;

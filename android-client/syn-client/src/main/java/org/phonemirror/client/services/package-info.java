/**
 * The phone's side of the services: orders that ride on batches, notices that come with
 * acknowledgements, and what the phone does about them.
 */
package org.phonemirror.client.services;
